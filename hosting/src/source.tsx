import type { Attribution } from '@zoidberg/core/contract/card.ts'

/** Where data is from and under which licence, as those who made it ask to be named. */
export const Source = ({ text, url, license }: Attribution) => (
  <>
    <a href={url}>{text}</a>, {license}
  </>
)

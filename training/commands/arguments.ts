import { InvalidArgumentError } from 'commander'

export function positiveInteger(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('a whole number from 1 on, please.')
}

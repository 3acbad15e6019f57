/** Calls an admin door and shows what it says; resolves to whether it went well. */
export type Act = (
  door: string,
  data: object,
  done: string | ((answer: { state: string }) => string),
) => Promise<boolean>

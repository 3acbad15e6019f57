/** Calls an admin callable and shows what it says; resolves to whether it went well. */
export type Act = (
  callable: string,
  data: object,
  done: string | ((answer: { state: string }) => string),
) => Promise<boolean>

/** Whether an error carries one of these codes, as Node's system errors do: `ENOENT`, `EPERM`. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => error.code === code);
}

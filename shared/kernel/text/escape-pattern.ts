/** Text that a regular expression, with the flag `u` or without, matches as it is written. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

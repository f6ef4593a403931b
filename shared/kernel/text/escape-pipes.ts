/**
 * For a cell of a Markdown table: no pipe ends it. Backslashes that stand before one are taken away, because an even
 * number of them would set the pipe free again, and renderers count them differently.
 */
export function escapePipes(text: string): string {
  return text.replaceAll(/\\*\|/g, '\\|');
}

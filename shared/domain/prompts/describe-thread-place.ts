/** Where a thread stands, quoted so that no path begins a line of its own; `no line` for the merge request itself. */
export function describeThreadPlace({ path, line }: { path: string; line?: number }): string {
  if (path === '') return 'no line';
  return JSON.stringify(line === undefined ? path : `${path}:${line}`);
}

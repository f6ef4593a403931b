/** Names of statuses and labels are compared as Jira's search does: without regard to case and outer spaces. */
export function sameName(a: string, b: string): boolean {
  return a.trim().toLocaleLowerCase('en') === b.trim().toLocaleLowerCase('en');
}

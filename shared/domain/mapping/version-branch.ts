const VERSION = '{version}';

/** Whether the target branch of a binding depends on the fix version of the issue: `release/{version}`. */
export function hasVersion(targetBranch: string): boolean {
  return targetBranch.includes(VERSION);
}

/** That branch for one version. */
export function fillVersion(targetBranch: string, version: string): string {
  return targetBranch.replaceAll(VERSION, version);
}

import picomatch from 'picomatch';

import { LEFT_OVERS } from '../git/plan-excludes.ts';

const matches = picomatch(
  LEFT_OVERS.map((pattern) => pattern.replace(/\/$/, '')),
  { dot: true },
);

/** Whether a part of a path is named like something that every tool leaves behind and that belongs into no commit. */
export function isLeftOver(path: string): boolean {
  return path.split('/').some((part) => matches(part));
}

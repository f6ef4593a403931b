import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { isLeftOver } from '../../gate/is-left-over.ts';
import type { LeftOut } from '../../git/list-left-out.ts';

const MAX_NAMED = 10;

/** Markdown lines for the report: what the agent made that is not in the commit, and why. */
export function describeLeftOut(leftOut: readonly LeftOut[]): string[] {
  const ignored = leftOut.filter(({ path, why }) => why === 'ignored' && !isLeftOver(path));
  const submodules = leftOut.filter(({ why }) => why === 'submodule');
  return [
    ...listPaths('not in the commit, because the repository ignores it or a build makes it', ignored),
    ...listPaths('not in the commit, because it lies in a submodule, which only people change', submodules),
  ];
}

function listPaths(reason: string, paths: readonly LeftOut[]): string[] {
  if (paths.length === 0) return [];
  const names = paths.map(({ path }) => codeSpan(path));
  return [`${reason}: ${nameSome(names, MAX_NAMED)}`];
}

import type { Binding } from '../binding.ts';
import type { SourceProblem } from '../problem.ts';
import { hasVersion } from '../version-branch.ts';

/**
 * Finds a binding whose issues go to the branch of their only fix version and are to be taken over to the branches of
 * several. `index` is that of the binding.
 */
export function findBackPortProblems(bindings: readonly Binding[], index: number): SourceProblem[] {
  const both = bindings.find(({ backPorts, targetBranch }) => backPorts !== undefined && hasVersion(targetBranch));
  if (!both) return [];
  const where = both.route === undefined ? 'target_branch' : `target_branch of route "${both.route.name}"`;
  const message = `back_ports stands beside a ${where} with {version}, and an issue with several fix versions starts nothing there; name the branch that the work goes to first, such as main, or leave out back_ports`;
  return [{ path: ['bindings', index, 'back_ports'], isAboutKey: false, message }];
}

import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

/**
 * One commit and one open merge request at most for what a run did; what is reported is there; no commit of a person is
 * lost.
 */
export function checkCommits({ commits, mergeRequests, runs }: Facts, { pushed }: TortureEnvironment): Violation[] {
  const violations: Violation[] = [];
  for (const [repo, list] of commits) {
    const byRun = list.flatMap(({ sha, runs: named }) => named.map((run) => ({ sha, run })));
    for (const { key, items } of findRepeated(byRun, ({ run }) => run)) {
      const shas = items.map(({ sha }) => sha.slice(0, 8)).join(', ');
      violations.push({ kind: 'duplicate', what: `${items.length} commits of ${key} in ${repo}: ${shas}`, ids: [key] });
    }
    const known = new Set(list.map(({ sha }) => sha));
    for (const { branch, sha } of pushed.filter((push) => push.repo === repo && !known.has(push.sha))) {
      violations.push({
        kind: 'loss',
        what: `a person's commit ${sha.slice(0, 8)} is gone from ${repo} ${branch}`,
        ids: [sha, branch],
      });
    }
  }
  const all = new Set([...commits.values()].flatMap((list) => list.map(({ sha }) => sha)));
  for (const { runId, state, result, task } of runs) {
    if (state !== 'done' || result?.commitSha === undefined || all.has(result.commitSha)) continue;
    violations.push({
      kind: 'loss',
      what: `${task.id} reported commit ${result.commitSha.slice(0, 8)}, which no branch has`,
      ids: [runId],
    });
  }
  const open = mergeRequests.filter(({ state }) => state === 'opened');
  for (const { key } of findRepeated(open, ({ project, sourceBranch }) => `${project.path} ${sourceBranch}`)) {
    violations.push({ kind: 'duplicate', what: `two open merge requests of ${key}`, ids: key.split(' ') });
  }
  return violations;
}

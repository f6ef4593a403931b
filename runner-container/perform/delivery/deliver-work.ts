import { resolveObject } from '../../git/resolve-commits.ts';
import { uncommit } from '../../git/uncommit.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { commitWork, type WorkToCommit } from './commit-work.ts';
import { type DeliveryRequest, deliverCommit } from './deliver-commit.ts';
import { Refusal } from './refusal.ts';
import type { RepairRounds } from './repair-rounds.ts';

export interface WorkRequest extends DeliveryRequest {
  deps: DeliveryRequest['deps'] & Pick<RunnerDeps, 'settings' | 'maskWritten'>;
  /** What to commit, by the newest result of the agent. */
  describe(): WorkToCommit;
  /** Absent: what is refused is the end. */
  rounds?: RepairRounds;
}

/** What became of the agent's work. `leftOut` has Markdown lines about what is not in the commit. */
export type DeliveredWork =
  | { kind: 'nothing'; leftOut: string[] }
  /** `checks` has one line per check the runner made. */
  | { kind: 'delivered'; sha: string; checks: string[]; leftOut: string[] };

/**
 * Commits what the agent left in the work tree, and delivers it. A refused change goes back to the agent and is
 * committed anew, from the same base or what people pushed meanwhile: the refused commit is in no history. Files that
 * come back as they were are refused as they were, without another look.
 * @throws {TaskError} what `commitWork` and `deliverCommit` throw.
 */
export async function deliverWork(request: WorkRequest, signal: AbortSignal): Promise<DeliveredWork> {
  const { repository, state, rounds } = request;
  for (let refused: Refused | undefined; ; ) {
    try {
      state.commit = undefined;
      const { sha, leftOut } = await commitWork(repository, request.describe(), request.deps, signal);
      state.commit = sha;
      if (!sha) return { kind: 'nothing', leftOut };
      if (refused && refused.tree === (await readHeadTree(request, signal))) throw refused.refusal;
      const delivery = await deliverCommit(request, signal);
      if (delivery.kind === 'nothing') return { kind: 'nothing', leftOut: [...leftOut, delivery.why] };
      return { kind: 'delivered', sha: delivery.sha, checks: countRepairs(delivery.checks, rounds), leftOut };
    } catch (error) {
      if (!(error instanceof Refusal) || !rounds) throw error;
      const tree = await readHeadTree(request, signal);
      await uncommit(repository, state.base, signal);
      await rounds.repair(error, { unchanged: error === refused?.refusal });
      refused = { refusal: error, tree };
    }
  }
}

interface Refused {
  refusal: Refusal;
  /** The files of the commit that was refused. */
  tree: string;
}

function readHeadTree({ repository }: WorkRequest, signal: AbortSignal): Promise<string> {
  return resolveObject(repository, 'HEAD^{tree}', signal);
}

function countRepairs(checks: string[], rounds: RepairRounds | undefined): string[] {
  const count = rounds?.count() ?? 0;
  if (count === 0) return checks;
  const after = `after ${count} repair${count === 1 ? '' : 's'}`;
  return checks.length === 0 ? [`the change was accepted ${after}`] : checks.map((line) => `${line} (${after})`);
}

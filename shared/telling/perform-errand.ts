import type { ErrandEnding } from '../lifecycle/run-errands.ts';
import type { Errand } from '../tasks/errand.ts';
import { type EndMergeRequestDeps, endMergeRequest } from './end-merge-request.ts';
import { type TellWaitingDeps, tellWaiting } from './tell-waiting.ts';

export type PerformErrandDeps = EndMergeRequestDeps & TellWaitingDeps;

/** Does one errand. Safe to repeat. @throws {TaskError} when it cannot be done now. */
export async function performErrand(errand: Errand, deps: PerformErrandDeps): Promise<ErrandEnding> {
  switch (errand.kind) {
    case 'waiting':
      return tellWaiting(errand, deps);
    case 'merge-request-ended':
      return (await endMergeRequest(errand, deps)) === 'later' ? 'later' : 'remember';
  }
}

import type { Errand } from '../../domain/runs/errand.ts';
import { type EndMergeRequestDeps, endMergeRequest } from '../notifications/end-merge-request.ts';
import { type TellWaitingDeps, tellWaiting } from '../notifications/tell-waiting.ts';
import type { ErrandEnding } from './run-errands.ts';

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

import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Issue } from '../../../shared/domain/ports/jira.ts';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import type { RouteChoice } from '../../../shared/domain/tasks/choose-route.ts';
import type { CodingPlan } from '../../../shared/domain/tasks/plan-coding.ts';
import { isHeldByPerson, nameHolder } from '../../clients/held-by-person.ts';
import { formatTime } from '../../output/format-time.ts';
import { describeReason } from '../explain/describe-reason.ts';
import { describeParked } from '../explain/plain-answer.ts';
import { assessBudget, type UsedBudgets } from './assess-budget.ts';

/** An issue in its trigger, and all that decides whether the next poll starts it. */
export interface IssueView {
  issue: Pick<Issue, 'key'>;
  binding: Binding;
  plan: CodingPlan;
  /** The run of exactly this request, where there is one. */
  run?: Run;
  lock?: ScopeLock;
  /** By what route it goes, where its project has some. */
  routed?: RouteChoice;
  /** What is used up of its budgets. */
  used: UsedBudgets;
  now: number;
}

export interface Readiness {
  /** A fixed word: `ready`, a skip reason, the state of the run, `claimed` or `budget`. */
  reason: string;
  /** The same for people, without the issue in front. */
  why: string;
  runId?: string;
  /** Issues it waits for. */
  waitsFor?: readonly string[];
}

/** Whether an issue would be worked on now, or the first thing that stands in its way. */
export function assessIssue({ binding, plan, run, routed, lock, used, now }: IssueView): Readiness {
  if (plan.action === 'skip') {
    const { reason, waitsFor = [] } = plan;
    const isBlocked = reason === 'blocked';
    return { reason, why: describeReason(reason, waitsFor.join(', ')).why, ...(isBlocked ? { waitsFor } : {}) };
  }
  if (run) return assessRun(run);
  if (routed && 'problem' in routed) {
    const names = ('routes' in routed ? routed.routes.map(({ name }) => name) : routed.needs).join(', ');
    return { reason: routed.problem, why: describeReason(routed.problem, names).why };
  }
  if (lock && lock.expiresAt > now) {
    const { runId } = lock;
    const until = formatTime(lock.expiresAt);
    if (isHeldByPerson(lock)) return { reason: 'claimed', why: `${nameHolder(lock)} keeps it closed until ${until}` };
    return { reason: 'claimed', why: `${runId} has it, at least until ${until}`, runId };
  }
  const why = assessBudget(binding, used, now);
  if (why !== undefined) return { reason: 'budget', why };
  const where = routed && 'binding' in routed ? ` in ${routed.binding.repo}` : '';
  return { reason: 'ready', why: `the next poll starts it${where}` };
}

/** One request is answered by one run, however it ended. */
function assessRun({ runId, state, parkedUntil, parkedReason, code, updatedAt }: Run): Readiness {
  const at = formatTime(updatedAt);
  return { reason: state, why: describe(), runId };

  function describe(): string {
    switch (state) {
      case 'planned':
      case 'queued':
        return `${runId} waits for a runner`;
      case 'running':
        return `${runId} works on it`;
      case 'parked':
        return `${runId} waits until ${formatTime(parkedUntil ?? updatedAt)}: ${describeParked(parkedReason)}`;
      case 'failed':
        return `${runId} failed at ${at} (${code ?? 'unexpected'}); move it into its trigger again`;
      default:
        return `${runId} ended as ${state} at ${at}; move it into its trigger again for another run`;
    }
  }
}

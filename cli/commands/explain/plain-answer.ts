import { describeFailure } from '../../../shared/domain/messages/describe-failure.ts';
import type { ScopeLock } from '../../../shared/domain/ports/scopes.ts';
import type { SkipEntry } from '../../../shared/domain/ports/skip-log.ts';
import type { MonthWaitReason, WaitReason } from '../../../shared/domain/runs/outcome.ts';
import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import { PLAN_RESULT } from '../../../shared/domain/tasks/find-waiting-plan.ts';
import { describeError, isErrorCode } from '../../../shared/kernel/errors.ts';
import { SCOPE_BUSY } from '../../../shared/services/runs/release-scope.ts';
import { formatSpan, formatTime } from '../../output/format-time.ts';
import { shortenRunner } from '../../output/shorten-runner.ts';
import { describeDraft } from './describe-draft.ts';
import { describeGivenUp, describeReason } from './describe-reason.ts';

/** Everything known about an issue or merge request. */
export interface Facts {
  name: string;
  now: number;
  /** Newest first. */
  runs: readonly Run[];
  /** Newest first. */
  skipLog: readonly SkipEntry[];
  /** The stage the newest run reached last. */
  stage?: string;
  /** The newest run, where it cannot be read. */
  unreadable?: string;
  /** What would be decided at this moment, where that could be asked. */
  present?: { action: 'enqueue' } | { action: 'skip'; reason: string; waitsFor?: readonly string[]; detail?: string };
  /** Jira does not show the issue. */
  isHidden?: true;
  /** Who holds the issue or merge request. */
  lock?: Pick<ScopeLock, 'runId' | 'expiresAt'>;
}

export interface PlainAnswer {
  /** One or two sentences: what is happening. */
  answer: string;
  /** What a person can do. */
  next: string;
}

/** Of an issue that this account may not see, or that is not there. */
export function describeHidden(name: string): string {
  return `Jira does not show ${name} to the account of cmap.`;
}

/** Answers "what is happening with it?" from the newest thing that happened. */
export function answerPlainly(facts: Facts): PlainAnswer {
  const { name, runs, skipLog, unreadable } = facts;
  if (unreadable !== undefined) {
    return {
      answer: `The newest run of ${name} is ${unreadable}, and its row in the run ledger cannot be read: what became of it is not known.`,
      next: 'Use a cmap as new as the deployment, or mend or delete the row in the table runs of the storage account.',
    };
  }
  const [run] = runs;
  const [entry] = skipLog;
  if (run && !isFinal(run.state)) return describeOpen(name, run, facts);
  if (run && (!entry || entry.at <= run.updatedAt)) return withPresent(describeOver(name, run), facts);
  if (entry) {
    const { why, next } = describeReason(entry.reason, entry.detail);
    const before = run ? ` Its last run ${run.runId} ended as ${run.state}.` : '';
    return withPresent({ answer: `${name} ${why}, as of ${formatTime(entry.at)}.${before}`, next }, facts);
  }
  if (facts.isHidden)
    return {
      answer: `${describeHidden(name)} Nothing is recorded about it: no run, and no reason for one to be skipped.`,
      next: 'Check the key. Where it is right, let the account of cmap browse the project in Jira.',
    };
  return withPresent(
    {
      answer: `Nothing is recorded about ${name}: no run, and no reason for one to be skipped.`,
      next: 'Check that its project has a binding (`cmap show`), that it is in the trigger, and that the poller works (`/api/health`).',
    },
    facts,
  );
}

function describeOpen(name: string, run: Run, { now, stage, lock }: Facts): PlainAnswer {
  const { runId, attempt, updatedAt, runner = 'a runner' } = run;
  const since = formatSpan(now - updatedAt);
  switch (run.state) {
    case 'running': {
      // A runner at work renews its claim each minute.
      const silentMs = lock?.runId === runId ? now - lock.expiresAt : 0;
      if (silentMs > 0) {
        return {
          answer: `${name} has run ${runId} whose runner ${shortenRunner(runner)} is silent: its claim ended ${formatSpan(silentMs)} ago${stage ? `, last stage ${stage}` : ''}.`,
          next: 'Nothing to do: the run begins again within minutes. `cmap claims release` does it now.',
        };
      }
      return {
        answer: `${name} is being worked on: run ${runId}, attempt ${attempt}, for ${since} on ${shortenRunner(runner)}${stage ? `, last stage ${stage}` : ''}.`,
        next: 'Nothing to do.',
      };
    }
    case 'parked':
      return {
        answer: `${name} waits until ${formatTime(run.parkedUntil ?? now)}: ${describeParked(run.parkedReason)} (run ${runId}, attempt ${attempt}).`,
        next:
          (run.parkedReason && NEXT_OF_PARKED.get(run.parkedReason)) ?? 'Nothing to do: it is tried again by itself.',
      };
    default:
      return {
        answer: `${name} waits for a runner for ${since} (run ${runId}).`,
        next: 'Nothing to do, unless it stays so: then see whether runners start, and `cmap queue ls`.',
      };
  }
}

/** Why a run is parked, as a part of a sentence. */
export function describeParked(reason = 'unknown'): string {
  const words = PARKED.get(reason);
  if (words !== undefined) return words;
  return isErrorCode(reason) ? describeError(reason).sentence.replace(/\.$/, '') : reason;
}

const PARKED: ReadonlyMap<string, string> = new Map<WaitReason | typeof SCOPE_BUSY, string>([
  [SCOPE_BUSY, 'another run works on the same issue or merge request, or a person keeps it closed (`cmap claims ls`)'],
  ['budget', 'its project has used up the budget of today'],
  ['month-budget', 'its project has used up the budget of this month'],
  ['deployment-budget', 'the deployment has used up its budget of this month'],
  ['price-unknown', 'its budget counts money, and its model has no price'],
  ['concurrency', 'the limit of runs at once is reached'],
  ['pipeline', 'a pipeline is under way again'],
  ['run-of-ticket', 'another run works on its ticket'],
  ['review', "the agent's review of its newest commit is not over"],
  ['claimed-elsewhere', 'another deployment of cmap works on it'],
]);

/** What lets a run begin before its time; of the others there is nothing to do. */
const NEXT_OF_PARKED: ReadonlyMap<string, string> = new Map<MonthWaitReason, string>([
  [
    'month-budget',
    'Nothing to do: it begins by itself then. To let it begin within minutes, raise `runs_per_month`, `tokens_per_month` or `cost_per_month` in its binding and run `cmap reload`; the board says under Cost which one is used up.',
  ],
  [
    'deployment-budget',
    'Nothing to do: it begins by itself then. To let it begin earlier, raise `RUNS_PER_MONTH`, `TOKENS_PER_MONTH` or `COST_PER_MONTH` of functions and runner; the board says under Cost which one is used up.',
  ],
  [
    'price-unknown',
    'Add its model to `MODEL_PRICES` of the runner, or take the budget of money away (`cost_per_month`, `COST_PER_MONTH`). It is tried again each day at 00:00 UTC.',
  ],
]);

/** What runs end with, as an answer to a person says it. */
const RESULTS: Readonly<Record<string, string>> = {
  'merge-request': 'a merge request',
  question: 'a question, which stands on the ticket',
  'no-changes': 'nothing to change',
  reviewed: 'a review',
  'nothing-new': 'nothing new to review',
  answered: 'an answer',
  'pipeline-repaired': 'a correction of the pipeline',
  'findings-fixed': 'corrections of what its own review found',
  'findings-left': 'answers to what its own review found, and no change',
  'shadow-change': 'a change in shadow, to be judged',
  'shadow-nothing': 'nothing to change, in shadow',
  'shadow-review': 'a review in shadow, to be judged',
  'audit-findings': 'an audit that has findings',
};

function describeResult(what = 'no result'): string {
  return RESULTS[what] ?? what.replaceAll('-', ' ');
}

function describeOver(name: string, run: Run): PlainAnswer {
  const { runId, state, code = 'unexpected', detail, result, updatedAt } = run;
  const when = formatTime(updatedAt);
  switch (state) {
    case 'done':
      if (result?.what === PLAN_RESULT)
        return {
          answer: `${name} waits for a person: run ${runId} ended ${when} with a plan (\`cmap run show ${runId}\`).`,
          next: 'Write `/copilot go` on the ticket to start it, or say there what should be different.',
        };
      if (result?.what === 'ready')
        return {
          answer: `${name} is ready for review: run ${runId} took it out of draft ${when}, because its pipeline has passed and its criteria are met.`,
          next: 'Review it. Where it is made a draft again, the agent leaves it one.',
        };
      return {
        answer: `${name} is done: run ${runId} ended ${when} with ${describeResult(result?.what)}${result?.mergeRequestUrl ? `, ${result.mergeRequestUrl}` : ''}.${describeAllowed(run)}`,
        next: 'Look at the result. To have it done again, comment what should change and move the issue to the trigger.',
      };
    case 'failed': {
      const known = isErrorCode(code) ? describeFailure({ ...run, code }) : undefined;
      const about = known?.detail ?? detail;
      return {
        answer: `${name} failed: ${known?.sentence ?? code}${about ? ` ${about}` : ''} (run ${runId}, ${code}, ${when})`,
        next: known ? [...(known.kept ?? []), ...known.steps].join(' ') : 'Look the run up with `cmap run show`.',
      };
    }
    default: {
      const gaveWay = run.task.kind === 'update' && run.task.cause.kind === 'findings' && describeGivenUp(detail);
      if (gaveWay) return { answer: `${name} ${gaveWay.why} (run ${runId}, ${when}).`, next: gaveWay.next };
      const obstacle = run.task.kind === 'update' && run.task.cause.kind === 'green' && describeDraft(detail);
      if (obstacle)
        return { answer: `${name} stays a draft: ${obstacle.why} (run ${runId}, ${when}).`, next: obstacle.next };
      if (detail?.startsWith('allow-')) {
        const { why, next } = describeReason(detail);
        return { answer: `${name} ${why} (run ${runId}, ${when}).`, next };
      }
      return {
        answer: `The run ${runId} of ${name} was ended without a result at ${when}: ${state}${detail ? `, ${detail}` : ''}.`,
        next: 'Nothing to do, unless it should be done after all: then move it to the trigger again.',
      };
    }
  }
}

function describeAllowed({ facts }: Run): string {
  if (!facts?.allowed) return '';
  const { by, maintainer, files } = facts.allowed;
  const listed = files.map(({ path, rule }) => `${path} (${rule})`).join(', ');
  return ` ${by}, ${maintainer} in GitLab, let pass in it: ${listed}.`;
}

/** What is true now may be newer than what was recorded. */
function withPresent({ answer, next }: PlainAnswer, { name, present, runs, skipLog }: Facts): PlainAnswer {
  if (present?.action === 'enqueue') {
    return {
      answer: `${answer} Right now it is in its trigger.`,
      next: `${next} The next poll looks at ${name} within a minute.`,
    };
  }
  if (present?.action !== 'skip') return { answer, next };
  const words = describeReason(present.reason, present.detail ?? present.waitsFor?.join(', '));
  const short = describeReason(present.reason).why;
  if (answer.includes(short))
    return { answer: `${answer}${present.detail ? ` Right now ${present.detail}.` : ''}`, next };
  const isNew = runs.length === 0 && skipLog.length === 0;
  return { answer: `${answer} Right now it ${words.why}.`, next: isNew ? words.next : next };
}

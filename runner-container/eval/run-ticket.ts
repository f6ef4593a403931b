import type { EvalRequest, EvalResult } from '../../shared/domain/runs/eval-report.ts';
import { priceSession } from '../../shared/domain/runs/run-cost.ts';
import type { TrialResult } from '../../shared/domain/runs/run-inputs.ts';
import { describeError, isErrorCode } from '../../shared/kernel/errors.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';
import { type MadeCommit, runTrial, type TrialDeps } from '../trial/run-trial.ts';
import { planTrial } from './plan-trial.ts';
import { judgeCommit, type Verdict } from './run-hidden-test.ts';
import type { EvalTicket } from './tickets/ticket.ts';
import { withTicketRepository } from './with-ticket-repository.ts';

export type TicketOptions = Pick<EvalRequest, 'instructions' | 'sessionMs' | 'testMs'> & { model: string | undefined };

/**
 * One ticket, worked on as a coding run would, and judged by its hidden test after the session has ended.
 * `code` says what it failed with. Throws the signal's reason when aborted.
 */
export async function runTicket(
  ticket: EvalTicket,
  options: TicketOptions,
  deps: TrialDeps,
  signal: AbortSignal,
): Promise<{ result: EvalResult; code?: string }> {
  const limited = withLimits(deps, options);
  let verdict: Verdict | undefined;
  const examine = async (made: MadeCommit) => {
    verdict = await judgeCommit(ticket, made, { deps: limited, timeoutMs: options.testMs }, signal);
  };
  const tried = await withTicketRepository(ticket, limited, signal, (source) =>
    runTrial({ ...planTrial(ticket, source, options, limited), examine }, limited, signal),
  );
  signal.throwIfAborted();
  const { code, usage, durationMs } = tried;
  const model = options.model ?? deps.settings.model;
  const judged = judge(tried, verdict);
  const result = {
    ticket: ticket.id,
    model: model ?? null,
    ...judged,
    usage,
    cost: costOf(tried, model, deps),
    durationMs,
  };
  return { result, ...(code === undefined ? {} : { code }) };
}

/** What was asked for wins over the settings of runners. The repository of a ticket is a folder of this machine. */
function withLimits(deps: TrialDeps, { sessionMs, testMs }: TicketOptions): TrialDeps {
  const { settings, git } = deps;
  return {
    ...deps,
    git: { ...git, allowedProtocols: ['file'] },
    settings: { ...settings, wallClockMs: sessionMs, validateTimeoutMs: testMs },
  };
}

const MAX_REASON = 300;

function judge(tried: TrialResult, verdict: Verdict | undefined): Pick<EvalResult, 'outcome' | 'reason'> {
  const { outcome, summary, question, code } = tried;
  const say = (text: string) => fitText(oneLine(text), MAX_REASON);
  switch (outcome) {
    case 'failed':
      return { outcome: 'failed', reason: say(describeFailure(code, summary)) };
    case 'refused':
      return { outcome: 'refused', reason: say(`${code}: ${summary}`) };
    case 'nothing':
      return question === undefined
        ? { outcome: 'unsolved', reason: say(`nothing was changed: ${summary}`) }
        : { outcome: 'refused', reason: say(`it asked: ${question}`) };
    case 'change':
      if (!verdict) throw new Error('A change was not judged');
      return verdict.passed
        ? { outcome: 'solved', reason: null }
        : { outcome: 'unsolved', reason: say(verdict.reason) };
  }
}

function describeFailure(code: string | undefined, detail: string): string {
  if (code === undefined || !isErrorCode(code)) return detail;
  const { sentence } = describeError(code);
  return detail.startsWith(code) ? sentence : `${sentence} ${detail}`;
}

function costOf({ usage }: TrialResult, model: string | undefined, { settings: { prices } }: TrialDeps) {
  const cost = prices && priceSession(usage, model, prices);
  return cost && !cost.incomplete ? { amount: cost.amount, currency: cost.currency } : null;
}

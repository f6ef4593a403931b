import type { EvalEvent, EvalRequest } from '../../shared/domain/runs/eval-report.ts';
import type { TrialDeps } from '../trial/run-trial.ts';
import { findMissingTools } from './find-missing-tools.ts';
import { LANGUAGES } from './languages.ts';
import { runTicket } from './run-ticket.ts';
import { createStopRule } from './stop-rule.ts';
import type { EvalTicket, Language } from './tickets/ticket.ts';
import { TICKETS } from './tickets/tickets.ts';

export interface EvalTools {
  deps: TrialDeps;
  report: (event: EvalEvent) => void;
}

/**
 * Gives each ticket to each model, one after the other: every model has had the same tickets whenever it ends.
 * @throws {Error} for ids that no ticket has. Throws the signal's reason when aborted.
 */
export async function runEval(request: EvalRequest, { deps, report }: EvalTools, signal: AbortSignal): Promise<void> {
  const chosen = chooseTickets(request.only);
  const missing = await findMissingTools([...new Set(chosen.map(({ language }) => language))], deps, signal);
  const tickets = chosen.filter(({ language }) => !missing.has(language));
  const models = request.models.length > 0 ? request.models : [deps.settings.model];
  report({
    kind: 'begun',
    tickets: tickets.map(({ id, language, summary }) => ({ id, language: LANGUAGES[language].name, summary })),
    models: models.map((model) => model ?? null),
    skipped: [...missing].map(([language, tool]) => describeSkipped(chosen, language, tool)),
  });
  const left = new Set(models);
  const isOver = createStopRule();
  for (const ticket of tickets)
    for (const model of left) {
      const { result, code } = await runTicket(ticket, { ...request, model }, deps, signal);
      report({ kind: 'ended', result });
      if (!isOver(model, code)) continue;
      report({ kind: 'stopped', model: model ?? null, reason: result.reason ?? '' });
      left.delete(model);
    }
}

function chooseTickets(only: readonly string[]): readonly EvalTicket[] {
  const unknown = only.filter((id) => !TICKETS.some((ticket) => ticket.id === id));
  if (unknown.length > 0)
    throw new Error(`No ticket is called ${unknown.join(', ')}; there are ${TICKETS.map(({ id }) => id).join(', ')}`);
  return only.length === 0 ? TICKETS : TICKETS.filter(({ id }) => only.includes(id));
}

function describeSkipped(tickets: readonly EvalTicket[], language: Language, missing: string) {
  const ids = tickets.filter((ticket) => ticket.language === language).map(({ id }) => id);
  return { language: LANGUAGES[language].name, missing, tickets: ids };
}

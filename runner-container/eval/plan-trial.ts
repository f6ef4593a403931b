import { criteriaOf } from '../../shared/domain/criteria/criteria-of.ts';
import type { EvalRequest } from '../../shared/domain/runs/eval-report.ts';
import { MINUTE } from '../../shared/kernel/clock.ts';
import { describeSession } from '../perform/coding/describe-session.ts';
import { readBinding } from '../trial/compose-trial.ts';
import type { Trial, TrialDeps } from '../trial/run-trial.ts';
import { LANGUAGES } from './languages.ts';
import type { EvalTicket } from './tickets/ticket.ts';
import { TICKETS } from './tickets/tickets.ts';
import type { TicketRepository } from './with-ticket-repository.ts';

/** As any project is called: no model is told that it is tried. */
const JIRA_PROJECT = 'TASK';
/** Stands for the folder of the session, which is not there yet; no ticket speaks of it. */
const CONTEXT_DIRECTORY = '/files-of-the-ticket-to-be-given';

/** A ticket as a coding run of a live binding would be given it, whose `validate` is the tests of the repository. */
export function planTrial(
  { id, language, summary, description }: EvalTicket,
  { cloneUrl, sha }: TicketRepository,
  { model, instructions, sessionMs }: Pick<EvalRequest, 'instructions' | 'sessionMs'> & { model: string | undefined },
  { log }: Pick<TrialDeps, 'log'>,
): Trial {
  const binding = readBinding(JIRA_PROJECT, {
    repo: 'group/app',
    validate: LANGUAGES[language].validate,
    budget: { max_minutes: Math.ceil(sessionMs / MINUTE) },
  });
  const key = `${JIRA_PROJECT}-${TICKETS.findIndex((ticket) => ticket.id === id) + 1}`;
  const criteria = criteriaOf({ description }, binding);
  const subject = {
    issue: { key, summary, description },
    criteria,
    binding,
    instructionFiles: [],
    conversation: { comments: [] },
    contextDirectory: CONTEXT_DIRECTORY,
  };
  const session = describeSession(subject, { log });
  return {
    inputs: {
      runId: `eval-${id}`,
      issueKey: key,
      summary,
      jiraProject: JIRA_PROJECT,
      baseSha: sha,
      targetSha: sha,
      ...session,
      ...(instructions === undefined ? {} : { instructions }),
      contextDirectory: CONTEXT_DIRECTORY,
      attachments: [],
      criteria: { listed: [...criteria.listed], leftOut: criteria.leftOut },
      ...(model === undefined ? {} : { model }),
    },
    binding,
    remote: { cloneUrl },
  };
}

import type { IssueComment } from '../../../shared/domain/ports/jira.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { RATED } from '../../../shared/domain/runs/rating-event.ts';
import type { RatingAnswer } from '../../../shared/domain/tasks/plan-rating.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';

/** Keeps what a person said about a run in shadow, once for each comment. @throws {TaskError} `storage-*` */
export async function recordRating(
  { runId, answer }: { runId: string; answer: RatingAnswer },
  { id, author, createdAt }: Pick<IssueComment, 'id' | 'author' | 'createdAt'>,
  { ledger, clock }: { ledger: Pick<RunLedger, 'listEvents' | 'append'>; clock: Pick<Clock, 'now'> },
): Promise<void> {
  // One that cannot be read may be this one: of an account only the last word counts, and twice the same is one.
  const events = await ledger.listEvents(runId, 0, () => {});
  if (events.some(({ name, fields }) => name === RATED && fields?.['comment'] === id)) return;
  const by = fitText(oneLine(author.displayName), 200);
  const fields = { answer, by, account: author.accountId, comment: id, saidAt: createdAt };
  await ledger.append({ runId, at: clock.now(), name: RATED, fields });
}

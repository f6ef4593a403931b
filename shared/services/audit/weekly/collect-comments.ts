import pLimit from 'p-limit';
import type { WeeklyComment } from '../../../domain/audit/weekly/weekly-facts.ts';
import type { Jira } from '../../../domain/ports/jira.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import { listHumanComments } from '../../notifications/report-comment.ts';
import type { FoundIssue } from './collect-issues.ts';
import type { Gaps } from './gaps.ts';
import type { Span } from './span.ts';

const READS_AT_ONCE = 6;

/** What people said for everyone on issues that were changed in the span: a comment is a change of its issue. */
export async function collectComments(
  issues: readonly FoundIssue[],
  { since }: Span,
  { jira, gaps }: { jira: Pick<Jira, 'listComments' | 'getMyself'>; gaps: Gaps },
): Promise<WeeklyComment[]> {
  const changed = issues.map(({ issue }) => issue).filter(({ updatedAt }) => updatedAt >= since);
  if (changed.length === 0) return [];
  const myself = await gaps.orGap('comments', () => jira.getMyself(), undefined);
  if (!myself) return [];
  const limit = pLimit(READS_AT_ONCE);
  const found = await Promise.all(
    changed.map(({ key, url }) =>
      limit(async () => {
        const comments = await gaps.orGap(key, () => listHumanComments(jira, key, myself), []);
        return comments.map(
          ({ id, author, createdAt, body }): WeeklyComment => ({
            subject: key,
            author: author.displayName,
            at: toIso(createdAt),
            text: body,
            url: `${url}?focusedCommentId=${id}`,
          }),
        );
      }),
    ),
  );
  return found.flat();
}

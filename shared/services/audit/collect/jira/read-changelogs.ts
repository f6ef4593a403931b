import type * as z from 'zod';
import type { IssueFacts } from '../../../../domain/audit/facts/issue.ts';
import type { VersionFacts } from '../../../../domain/audit/facts/version.ts';
import { toIso } from '../../../../kernel/to-iso.ts';
import type { Asker } from '../ask/asker.ts';
import { ChangelogsApi, StatusesApi } from './api-schemas.ts';

const BATCH = 1000;

type History = z.infer<typeof ChangelogsApi>['issueChangeLogs'][number]['changeHistories'][number];

/**
 * Adds to the issues of the version when they were reopened (left the category "done") and when they were added to the
 * version. Without the changelogs both stay "not known".
 */
export async function readChangelogs(
  issues: readonly IssueFacts[],
  versions: readonly VersionFacts[],
  asker: Asker,
): Promise<IssueFacts[]> {
  if (issues.length === 0) return [];
  const histories = await asker.orGap('changelogs', () => readHistories(issues, asker), undefined);
  if (!histories) return [...issues];
  const done = await readDoneStatuses(asker);
  const versionIds = new Set(versions.map(({ id }) => id));
  return issues.map((issue) => {
    const own = (histories.get(issue.id) ?? []).map((history) => ({ ...history, at: toInstant(history.created) }));
    const reopened = own.filter(({ items }) =>
      items.some(
        ({ fieldId, field, from, to }) =>
          (fieldId ?? field) === 'status' && done.has(from ?? '') && !done.has(to ?? ''),
      ),
    );
    const added = own.filter(({ items }) =>
      items.some(({ fieldId, field, to }) => isFixVersion(fieldId ?? field) && versionIds.has(to ?? '')),
    );
    return {
      ...issue,
      reopenedAt: reopened.map(({ at }) => at).sort(),
      addedToVersionAt:
        added
          .map(({ at }) => at)
          .sort()
          .at(-1) ?? null,
    };
  });
}

async function readHistories(issues: readonly IssueFacts[], asker: Asker): Promise<Map<string, History[]>> {
  const histories = new Map<string, History[]>();
  for (let start = 0; start < issues.length; start += BATCH) {
    const issueIdsOrKeys = issues.slice(start, start + BATCH).map(({ id }) => id);
    for (let token: string | undefined; ; ) {
      const page = token === undefined ? {} : { nextPageToken: token };
      const body = { issueIdsOrKeys, fieldIds: ['status', 'fixVersions'], maxResults: 10_000, ...page };
      const request = { service: 'jira', method: 'POST', path: 'changelog/bulkfetch', body } as const;
      const { value } = await asker.ask(request, ChangelogsApi);
      for (const { issueId, changeHistories } of value.issueChangeLogs) {
        histories.set(issueId, [...(histories.get(issueId) ?? []), ...changeHistories]);
      }
      token = value.nextPageToken ?? undefined;
      if (token === undefined) break;
    }
  }
  return histories;
}

/** Ids of the statuses that count as done. */
async function readDoneStatuses(asker: Asker): Promise<Set<string>> {
  const { value } = await asker.ask({ service: 'jira', method: 'GET', path: 'status' }, StatusesApi);
  return new Set(value.filter(({ statusCategory }) => statusCategory?.key === 'done').map(({ id }) => id));
}

function isFixVersion(field: string | null | undefined): boolean {
  return field === 'fixVersions' || field === 'Fix Version';
}

/** The bulk answer has milliseconds or seconds as a number, other answers ISO text with an offset such as `+0000`. */
function toInstant(created: number | string): string {
  const milliseconds = typeof created === 'number' ? (created < 1e11 ? created * 1000 : created) : Date.parse(created);
  return toIso(milliseconds);
}

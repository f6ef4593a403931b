import { expect, it } from 'vitest';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { silentLog } from '../../kernel/log.ts';
import { Secret } from '../../kernel/secret.ts';
import { createJira } from './create-jira.ts';

const status = { id: '1', name: 'AI Ready' };
const labelled = { id: '9', created: '2026-01-05T09:00:00.000+0000', items: [{ field: 'labels', toString: 'x' }] };

/** A search that finds two issues, the first of which has a changelog longer than what is shown with it. */
function searchWhereTheChangelogIsAnswered(answer: { status: number; body?: unknown }) {
  const issues = [
    { id: '1', key: 'PROJ-1', fields: { status }, changelog: { histories: [labelled], total: 150 } },
    { id: '2', key: 'PROJ-2', fields: { status }, changelog: { histories: [], total: 0 } },
  ];
  const jira = createJira({
    baseUrl: 'https://jira.example.com',
    siteUrl: 'https://jira.example.com',
    credential: { kind: 'token', apiToken: new Secret('a-token-of-a-test') },
    clock: createSteppedClock(),
    log: silentLog,
    fetch: async (url) =>
      String(url).includes('/changelog')
        ? new Response(JSON.stringify(answer.body ?? {}), { status: answer.status })
        : new Response(JSON.stringify({ issues, isLast: true })),
  });
  return jira.searchIssues('project = PROJ');
}

it.each([403, 404, 400, 410])(
  'names the one issue whose changelog is answered %i, and finds the others',
  async (code) => {
    const found = await searchWhereTheChangelogIsAnswered({ status: code });
    expect(found.issues.map(({ key }) => key)).toEqual(['PROJ-2']);
    expect(found.unreadable).toMatchObject([{ key: 'PROJ-1', reason: expect.stringContaining('changelog') }]);
  },
);

it.each([
  { status: 401, code: 'jira-unauthorized' },
  { status: 503, code: 'jira-unavailable' },
])('is refused as a whole where a changelog is answered $status, which is about more than one issue', async (given) => {
  await expect(searchWhereTheChangelogIsAnswered(given)).rejects.toMatchObject({ code: given.code });
});

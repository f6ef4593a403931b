import { describe, expect, it } from 'vitest';
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

it('fails as an outage where Jira takes the token of its own next page no more, and not as a search it refuses', async () => {
  const page = { issues: [{ id: '1', key: 'PROJ-1', fields: { status } }], nextPageToken: 'next' };
  const jira = createJira({
    baseUrl: 'https://jira.example.com',
    siteUrl: 'https://jira.example.com',
    credential: { kind: 'token', apiToken: new Secret('a-token-of-a-test') },
    clock: createSteppedClock(),
    log: silentLog,
    fetch: async (_, init) =>
      String(init?.body).includes('nextPageToken')
        ? new Response(JSON.stringify({ errorMessages: ['The next page token is invalid.'] }), { status: 400 })
        : new Response(JSON.stringify(page)),
  });
  await expect(jira.searchIssues('project = PROJ')).rejects.toMatchObject({ code: 'jira-unavailable' });
});

describe('a search that has patience with changelogs', () => {
  const moved = { id: '77', items: [{ field: 'status', toString: 'AI Ready' }] };
  const hang = ({ signal }: RequestInit) =>
    new Promise<Response>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
  const answers = {
    away: async () => new Response('', { status: 503 }),
    silent: hang,
    nonsense: async () => new Response(JSON.stringify({ values: 'none' })),
    page: async () => new Response('<html>please wait</html>'),
    well: async () => new Response(JSON.stringify({ values: [moved] })),
    limited: async () => new Response('', { status: 429, headers: { 'retry-after': '600' } }),
    stranger: async () => new Response('', { status: 401 }),
  };

  /** A search that finds an issue for each of these answers to its long changelog, and one with a short changelog. */
  function arrange(...kinds: (keyof typeof answers)[]) {
    const asked: string[] = [];
    const long = kinds.map((_, index) => ({
      id: `${index}`,
      key: `PROJ-${index}`,
      fields: { status, updated: '2026-01-05T09:00:00.000+0000' },
      changelog: { histories: [labelled], total: 150 },
    }));
    const issues = [...long, { id: '99', key: 'PROJ-99', fields: { status } }];
    const jira = createJira({
      baseUrl: 'https://jira.example.com',
      siteUrl: 'https://jira.example.com',
      credential: { kind: 'token', apiToken: new Secret('a-token-of-a-test') },
      clock: createSteppedClock(),
      log: silentLog,
      fetch: async (url, init) => {
        const key = /issue\/PROJ-(\d+)\/changelog/.exec(String(url))?.[1];
        if (key === undefined) return new Response(JSON.stringify({ issues, isLast: true }));
        if (asked.at(-1) !== `PROJ-${key}`) asked.push(`PROJ-${key}`);
        return answers[kinds[Number(key)] ?? 'well'](init ?? {});
      },
    });
    const search = (isResting = (_: { key: string; updatedAt: number }) => false) =>
      jira.searchIssues('project = PROJ', { changelogs: { isResting, timeoutMs: 50 } });
    return { search, asked };
  }

  it.each(['away', 'silent', 'nonsense', 'page'] as const)(
    'names the one issue whose changelog is %s now, and finds the others',
    async (kind) => {
      const { search } = arrange('well', kind, 'well');
      const { issues, unreadable } = await search();
      expect(issues.map(({ key, revision }) => [key, revision])).toEqual([
        ['PROJ-0', '77'],
        ['PROJ-2', '77'],
        ['PROJ-99', '0'],
      ]);
      const now = { error: { code: 'jira-unavailable' }, updatedAt: Date.UTC(2026, 0, 5, 9), asked: true };
      expect(unreadable).toMatchObject([{ key: 'PROJ-1', reason: expect.stringContaining('changelog'), now }]);
    },
  );

  it('asks for no more of them after three failures in a row', async () => {
    const { search, asked } = arrange('away', 'away', 'well', 'away', 'away', 'away', 'well', 'well');
    const { issues, unreadable } = await search();
    expect(asked).toEqual(['PROJ-0', 'PROJ-1', 'PROJ-2', 'PROJ-3', 'PROJ-4', 'PROJ-5']);
    expect(issues.map(({ key }) => key)).toEqual(['PROJ-2', 'PROJ-99']);
    expect(unreadable.map(({ key, now }) => [key, now?.asked])).toEqual([
      ['PROJ-0', true],
      ['PROJ-1', true],
      ['PROJ-3', true],
      ['PROJ-4', true],
      ['PROJ-5', true],
      ['PROJ-6', false],
      ['PROJ-7', false],
    ]);
  });

  it('leaves one that rests alone, by its state', async () => {
    const { search, asked } = arrange('away', 'well');
    const { issues, unreadable } = await search(
      ({ key, updatedAt }) => key === 'PROJ-0' && updatedAt === Date.UTC(2026, 0, 5, 9),
    );
    expect(asked).toEqual(['PROJ-1']);
    expect(issues.map(({ key }) => key)).toEqual(['PROJ-1', 'PROJ-99']);
    expect(unreadable).toEqual([{ key: 'PROJ-0', reason: 'its changelog failed too often and is left for a while' }]);
  });

  it.each([
    { kind: 'limited', code: 'jira-rate-limited' },
    { kind: 'stranger', code: 'jira-unauthorized' },
  ] as const)('is refused as a whole where a changelog is answered as $kind', async ({ kind, code }) => {
    await expect(arrange(kind, 'well').search()).rejects.toMatchObject({ code });
  });
});

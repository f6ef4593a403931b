import { expect, it } from 'vitest';
import { shaOf } from '../../../../../test/builders/audit-report.ts';
import { createAuditServices } from '../../../../../test/builders/audit-services.ts';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { createLiveReader } from '../../evidence/live-reader.ts';
import { createAsker } from '../ask/asker.ts';
import { type ProjectGet, pinRange } from './pin-range.ts';
import { createReads } from './repository-reads.ts';

const get: ProjectGet = (path, query = {}) => ({ service: 'gitlab', method: 'GET', path, query });

/** Where the range begins without `--from`; all tags are in the history of the end, newest version first. */
async function beginning(to: string, tags: readonly string[]) {
  const at = { committed_date: '2026-11-20T08:00:00Z', created_at: '2026-11-20T08:00:00Z' };
  const commit = (index: number) => ({
    ...{ id: shaOf(index), parent_ids: [], title: 'x', message: 'x', web_url: 'https://gitlab.example/c' },
    ...{ author_name: 'ann', author_email: 'a@example.com', committer_name: 'ann', committer_email: 'a@example.com' },
    ...{ ...at, authored_date: at.created_at },
  });
  const fetch = createAuditServices({
    [`gitlab GET repository/commits/${to}`]: commit(99),
    'gitlab GET repository/commits': [],
    'gitlab GET repository/tags': tags.map((name, index) => ({ name, commit: commit(name === to ? 99 : index + 1) })),
  });
  const asker = createAsker(createLiveReader(fetch, createManualClock(0)));
  const planned = { repository: 'group/app', credentialRef: 'default', to, from: null, paths: [] };
  const { from } = await pinRange(planned, { get, asker, reads: createReads(), clone: undefined });
  return { from: from === 'root' ? from : from.ref, gaps: asker.gaps().map(({ reason }) => reason) };
}

it.each([
  { to: 'main', tags: ['nightly-20261129', 'build-77', 'v2.3.0'], from: 'v2.3.0' },
  { to: 'release-2.4', tags: ['nightly-20261129', 'v2.3.0'], from: 'v2.3.0' },
  { to: 'v2.4.0', tags: ['nightly-20261129', 'web-9.0.0', 'v9', 'v2.4.0', 'v2.3.0'], from: 'v2.3.0' },
  { to: 'v2.4.0', tags: ['v20261129', 'v2.4.0', 'v2.3'], from: 'v2.3' },
  { to: 'v12', tags: ['nightly-20261129', 'v12', 'v11'], from: 'v11' },
])('begins $to at $from, and at no tag that names no release like it', async ({ to, tags, from }) => {
  expect(await beginning(to, tags)).toEqual({ from, gaps: [] });
});

it.each([{ to: 'main' }, { to: 'v2.4.0' }])('is incomplete where no tag fits $to', async ({ to }) => {
  expect(await beginning(to, ['nightly-20261129', to])).toEqual({ from: 'root', gaps: ['not-found'] });
});

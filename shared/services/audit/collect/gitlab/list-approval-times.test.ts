import { expect, it } from 'vitest';
import { aMergeRequest, anApproval, at } from '../../../../../test/builders/audit.ts';
import { createManualClock } from '../../../../../test/doubles/manual-clock.ts';
import { TaskError } from '../../../../kernel/errors.ts';
import { createLiveReader } from '../../evidence/live-reader.ts';
import { createAsker } from '../ask/asker.ts';
import { listApprovalTimes } from './list-approval-times.ts';
import { createReads } from './repository-reads.ts';

type Event = [iid: number, user: string, minutes: number];

/** A GitLab that shows these pages of events, each the newest first. */
async function list(pages: readonly (readonly Event[])[] | TaskError, approved = 20) {
  const asked: number[] = [];
  const reader = createLiveReader(async ({ query, path }) => {
    if (pages instanceof TaskError) throw pages;
    const page = Number(query?.['page'] ?? 1);
    asked.push(page);
    const body = (pages[page - 1] ?? []).map(([target_iid, author_username, minutes]) => ({
      target_iid,
      author_username,
      created_at: at(minutes),
    }));
    const next = { path, query: { ...query, page: page + 1 } };
    return {
      url: `https://gitlab.example/${page}`,
      text: JSON.stringify(body),
      ...(page < pages.length ? { next } : {}),
    };
  }, createManualClock(0));
  const mergeRequests = Array.from({ length: approved }, (_, index) =>
    aMergeRequest(index + 1, { approvals: [anApproval('bob', 'not-known')] }),
  );
  const reads = createReads();
  const get = (path: string, query = {}) => ({ service: 'gitlab', method: 'GET', path, query }) as const;
  const result = await listApprovalTimes(mergeRequests, at(0), { get, asker: createAsker(reader), reads });
  const times = result.map(({ approvals }) => (approvals === 'not-known' ? [] : approvals.map((one) => one.at)).join());
  return { asked, times, listed: reads.approvalEventsListed };
}

const events = (from: number, to: number, minutes = 60): Event[] =>
  Array.from({ length: to - from + 1 }, (_, index) => [from + index, 'bob', minutes]);

it('takes the newest event of each person, and stops when every time was found', async () => {
  const first = [...events(1, 20, 90), ...events(1, 20, 30)];
  const { asked, times, listed } = await list([first, events(1, 20, 10)]);
  expect(asked).toEqual([1]);
  expect(listed).toBe(40);
  expect(new Set(times)).toEqual(new Set([at(90)]));
});

it('leaves what is not listed, and what others approved, not known', async () => {
  const { times } = await list([[...events(2, 20), [1, 'eve', 60]]]);
  expect(times[0]).toBe('not-known');
  expect(times[1]).toBe(at(60));
});

it('gives up before the list costs more than its use', async () => {
  const { asked } = await list([events(1, 5), events(30, 40), events(50, 60), events(6, 20)]);
  expect(asked).toEqual([1, 2]);
});

it.each([
  ['asks nothing for a few approvals', [events(1, 5)], 5, null],
  ['counts a refusal as the call it was', new TaskError('gitlab-forbidden', {}), 20, 0],
  ['goes on where the server fails at this list for ever', new TaskError('gitlab-unavailable', {}), 20, 0],
] as const)('%s', async (_, pages, approved, listed) => {
  expect(await list(pages, approved)).toMatchObject({ asked: [], listed });
});

it('asks no more of a GitLab that takes no more calls', async () => {
  await expect(list(new TaskError('gitlab-rate-limited', {}))).rejects.toMatchObject({ code: 'gitlab-rate-limited' });
});

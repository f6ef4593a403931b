import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createWeeklyTimer } from '../../../functions/audit/weekly-timer.ts';
import type { EventPost } from '../../../shared/adapters/outbound/post-event.ts';
import type { WeeklyReport } from '../../../shared/domain/audit/weekly/weekly-report.ts';
import type { IssueComment, Jira } from '../../../shared/domain/ports/jira.ts';
import { DAY, HOUR, MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { silentLog } from '../../../shared/kernel/log.ts';
import { createSendWeekly } from '../../../shared/services/audit/weekly/send-weekly.ts';
import {
  type PerformOutboxEntryDeps,
  performOutboxEntry,
} from '../../../shared/services/outbox/perform-outbox-entry.ts';
import { processOutbox, type RenewLease } from '../../../shared/services/outbox/process-outbox.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aProject } from '../../../test/builders/gitlab.ts';
import { anIssue, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { createManualClock, type ManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryStorage, type MemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { runProgram } from '../../program.ts';
import type { ReportTools } from './read-report.ts';
import { isSent, sendReport } from './send-report.ts';
import { ReportWeeklyOptions } from './weekly-options.ts';

const FRIDAY = Date.UTC(2026, 0, 30, 15);
const DONE = { id: '3', name: 'Done', category: 'done' } as const;
const MOVED = { id: '1', field: 'status', from: 'Doing', toId: '3', to: 'Done', at: FRIDAY - HOUR } as const;
const ENVIRONMENT = {
  EVENTS_URL__TEAM_A: 'https://a.example.com/hook',
  EVENTS_SECRET__TEAM_A: `whsec_${randomBytes(32).toString('base64')}`,
};
const EVENTS = { events: { url_ref: 'team_a', on: ['run.finished'] } };

let clock: ManualClock;
let storage: MemoryStorage;
let comments: Record<string, IssueComment[]>;
let posts: EventPost[];
let searches: string[];
let jira: Partial<Jira>;
beforeEach(() => {
  clock = createManualClock(FRIDAY);
  storage = createMemoryStorage({ clock });
  comments = {};
  posts = [];
  searches = [];
  jira = {
    async searchIssues(jql) {
      searches.push(jql);
      return {
        issues: jql.includes('PROJ')
          ? [anIssue({ key: 'PROJ-7', summary: 'Greets by name', status: DONE, changes: [MOVED] })]
          : [],
        unreadable: [],
        truncated: false,
      };
    },
    listStatuses: async () => [DONE],
    getMyself: async () => theAgent(),
    listComments: async (key) => comments[key] ?? [],
    async addComment(key, body) {
      const added = anIssueComment({ id: `c${(comments[key] ?? []).length + 1}`, author: theAgent(), body });
      comments[key] = [...(comments[key] ?? []), added];
      return added;
    },
    async updateComment(key, id, body) {
      comments[key] = (comments[key] ?? []).map((one) => (one.id === id ? { ...one, body } : one));
    },
  };
});

const MAPPINGS = { PROJ: { repo: 'group/app', ...EVENTS }, OPS: { repo: 'group/ops' } };

function tools(): ReportTools {
  const gitlab = { findProject: async () => aProject(), listMergeRequests: async () => [] };
  const made = createMemoryTools({ storage, mappings: MAPPINGS, jira, gitlab, environment: ENVIRONMENT });
  return { ...made, archive: async () => ({ list: async () => [] }) as never };
}

async function send(given: object, post = async (one: EventPost) => void posts.push(one)) {
  const io = createMemoryIO({ clock, env: { AzureWebJobsStorage: 'set' } });
  const options = ReportWeeklyOptions.parse({ json: true, ...given });
  const exitCode = await sendReport(options, await tools().bindings(), io, tools(), post);
  return { exitCode, ...JSON.parse(io.stdout) };
}

describe('report weekly --issue', () => {
  it('writes one comment for a week, edited when it is sent again, and another for the next', async () => {
    const first = await send({ issue: 'proj-1' });
    const body = comments['PROJ-1']?.[0]?.body ?? '';
    await clock.advance(2 * DAY);
    await send({ issue: 'PROJ-1' });

    expect(first).toMatchObject({ exitCode: 0, ok: true, week: '2026-W05', places: [{ place: 'PROJ-1', sent: true }] });
    expect(body).toContain('# Week 2026-01-26 to 2026-01-30');
    expect(body).toContain('PROJ-7');
    expect(body).toMatch(/cmap · weekly-report · run `2026-W05` · agent `cmap`$/);
    expect(comments['PROJ-1']).toHaveLength(1);
    expect(comments['PROJ-1']?.[0]?.body).toContain('# Week 2026-01-26 to 2026-02-01');

    await clock.advance(7 * DAY);
    expect(await send({ issue: 'PROJ-1' })).toMatchObject({ week: '2026-W06' });
    expect(comments['PROJ-1']).toHaveLength(2);
  });

  it('keeps the reports of other projects apart, and takes a week that is over', async () => {
    await send({ issue: 'PROJ-1' });
    await send({ issue: 'PROJ-1', project: 'PROJ' });
    expect(await send({ issue: 'PROJ-1', week: '2026-w04' })).toMatchObject({ week: '2026-W04' });

    expect(comments['PROJ-1']).toHaveLength(3);
    expect(comments['PROJ-1']?.[2]?.body).toContain('# Week 2026-01-19 to 2026-01-26');
    // Jira counts back from now, not from the end of that week.
    expect(searches.at(-1)).toContain(`-${11 * 1440 + 15 * 60 + 1}m`);
  });
});

describe('report weekly --webhook', () => {
  it('notifies once for a week, signed, and again only when asked, under the same id', async () => {
    expect(await send({ webhook: 'TEAM_A' })).toMatchObject({ exitCode: 0 });
    const again = await send({ webhook: 'team_a' });

    expect(posts).toHaveLength(1);
    expect(again).toMatchObject({
      exitCode: 1,
      places: [{ sent: false, text: expect.stringContaining('was sent to') }],
    });
    await send({ webhook: 'team_a', again: true });
    const [one, two] = posts.map(({ body }) => JSON.parse(body));
    expect(one).toMatchObject({
      schemaVersion: 1,
      type: 'report.weekly',
      week: '2026-W05',
      jiraProjects: ['OPS', 'PROJ'],
      counts: { done: 1 },
      lines: ['Done (1): PROJ-7 Greets by name'],
    });
    expect(one.markdown).toContain('## Done (1)');
    expect(two.id).toBe(one.id);
    expect(posts[0]?.headers).toMatchObject({
      'webhook-id': one.id,
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
  });

  it('says why it could not be notified, and leaves it to the deployment, which sends it once', async () => {
    const away = () => Promise.reject(new TaskError('events-unavailable'));
    const failed = await send({ webhook: 'team_a' }, away);

    expect(failed).toMatchObject({
      exitCode: 1,
      places: [{ sent: false, text: expect.stringMatching(/is not sent to the webhook team_a: .* tries again\.$/) }],
    });
    expect(await send({ webhook: 'team_a' })).toMatchObject({
      exitCode: 1,
      places: [{ text: expect.stringContaining('Another process sends the report') }],
    });
    await clock.advance(11 * MINUTE);
    await sweep();
    await sweep();
    expect(posts).toHaveLength(1);
  });
});

/** What the sweep of a deployment does with its outbox. */
async function sweep(report = async (): Promise<WeeklyReport> => aReport()) {
  const sendWeekly = createSendWeekly(await weeklyDeps(report));
  const deps = { sendWeekly } as unknown as PerformOutboxEntryDeps; // the rest is about other entries
  const perform = (...[entry, renew]: [Parameters<typeof performOutboxEntry>[0], RenewLease]) =>
    performOutboxEntry(entry, deps, renew);
  return processOutbox({ outbox: storage.outbox, perform, clock, log: silentLog });
}

const NONE = { items: [], filters: 'x' };
const aReport = (): WeeklyReport => ({
  schema: 'cmap.weekly-report.v1',
  since: '2026-01-26T00:00:00Z',
  until: '2026-01-30T15:00:00Z',
  ...{ done: NONE, inProgress: NONE, backlog: NONE, decisions: NONE },
  ...{ actions: NONE, blockers: NONE, notes: NONE, artefacts: NONE },
  gaps: [],
});

async function weeklyDeps(report: () => Promise<WeeklyReport>) {
  return {
    jira: await tools().jira(),
    agentId: 'cmap',
    listBindings: async () => [aBinding({ events: { url_ref: 'team_a', on: ['run.finished'] } })],
    report,
    receivers: await tools().receivers(),
    post: async (one: EventPost) => void posts.push(one),
    clock,
  };
}

describe('the timer of the functions', () => {
  const places = [{ issueKey: 'PROJ-1' }, { urlRef: 'team_a' }];

  async function createInstance(report = async () => aReport()) {
    const sendWeekly = createSendWeekly(await weeklyDeps(report));
    const deps = { sendWeekly } as unknown as PerformOutboxEntryDeps; // the rest is about other entries
    return createWeeklyTimer({
      places,
      outbox: storage.outbox,
      performOutboxEntry: (entry, renew) => performOutboxEntry(entry, deps, renew),
      clock,
      log: silentLog,
    }) as () => Promise<void>;
  }

  it('sends the report of a week once to each place, however often it ticks and on two instances at once', async () => {
    const instances = await Promise.all([createInstance(), createInstance()]);
    await Promise.all(instances.map((tick) => tick()));
    await Promise.all(instances.map((tick) => tick()));

    expect([comments['PROJ-1']?.length, posts.length]).toEqual([1, 1]);
    await clock.advance(7 * DAY);
    await Promise.all(instances.map((tick) => tick()));
    expect([comments['PROJ-1']?.length, posts.length]).toEqual([2, 2]);
  });

  it('sends by hand nothing that the schedule has sent, and edits its comment', async () => {
    await (await createInstance())();

    expect(await send({ webhook: 'team_a' })).toMatchObject({ exitCode: 1 });
    expect(await send({ issue: 'PROJ-1' })).toMatchObject({ exitCode: 0 });
    expect([comments['PROJ-1']?.length, posts.length]).toEqual([1, 1]);
    expect(comments['PROJ-1']?.[0]?.body).toContain('PROJ-7');
  });

  it('writes nothing after its lease was lost to another while it read', async () => {
    const slow = await createInstance(async () => {
      // Longer than the lease: the sweep of another instance begins, and ends first.
      await clock.advance(11 * MINUTE);
      await sweep();
      return aReport();
    });
    await slow();

    expect([comments['PROJ-1']?.length, posts.length]).toEqual([1, 1]);
  });

  it('leaves to the sweep what Jira did not take', async () => {
    const { addComment } = jira;
    jira.addComment = () => Promise.reject(new TaskError('jira-forbidden'));
    await (await createInstance())();
    expect(comments['PROJ-1']).toBeUndefined();
    if (addComment) jira.addComment = addComment;
    await clock.advance(11 * MINUTE);
    await sweep();

    expect([comments['PROJ-1']?.length, posts.length]).toEqual([1, 1]);
  });
});

describe('what cannot be sent', () => {
  it.each([
    [{ week: '2026-W05' }, '--week and --again belong to a report that is sent'],
    [{ again: true }, '--week and --again belong to a report that is sent'],
    [{ issue: 'PROJ-1', since: '3d' }, 'leave out --since, --out and --map'],
  ])('%j is refused', (given, message) => {
    expect(() => isSent(ReportWeeklyOptions.parse(given))).toThrow(message);
  });

  it.each([
    [{ issue: 'group/app!7' }, 'is no issue; write PROJ-1'],
    [{ issue: 'PROJ-1', week: '2026-W54' }, 'is no week; write 2026-W05'],
    [{ issue: 'PROJ-1', week: '2026-W06' }, '--week 2026-W06 has not begun'],
  ])('%j is refused, and nothing is written', async (given, message) => {
    await expect(send(given)).rejects.toThrow(message);
    expect(await storage.outbox.listOpen()).toEqual([]);
  });

  it('needs the storage account, which remembers what was sent', async () => {
    const io = createMemoryIO({ clock });
    const options = ReportWeeklyOptions.parse({ issue: 'PROJ-1' });
    await expect(sendReport(options, [aBinding()], io, tools())).rejects.toThrow('AzureWebJobsStorage is missing');
    expect(await runProgram(['report', 'weekly', '--webhook', 'no alias'], io)).toBe(2);
  });
});

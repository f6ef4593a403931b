import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { aBinding } from '../../../test/builders/bindings.ts';
import { aCodingTask, anEchoTask, aReviewTask } from '../../../test/builders/tasks.ts';
import { createManualClock } from '../../../test/doubles/manual-clock.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import type { EventPost } from '../../adapters/outbound/post-event.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { eventsSubject } from '../../domain/runs/subjects.ts';
import type { Task } from '../../domain/runs/task.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import { createRedactor } from '../../kernel/redaction/redact.ts';
import { processOutbox } from '../outbox/process-outbox.ts';
import { endRun } from '../runs/end-run.ts';
import { createAnnounceEnding } from './announce-ending.ts';
import { createAnnounceRun } from './announce-run.ts';
import { notifyReceiverOfCredential } from './notify-receiver-of-credential.ts';
import { notifyReceiverOfRun } from './notify-receiver-of-run.ts';
import { createReceivers } from './receivers.ts';

const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
const ALL = ['run.started', 'run.finished', 'run.needs-you', 'credential.ending'] as const;
const TEAM_A = aBinding({ events: { url_ref: 'team_a', on: [...ALL] } });
const TEAM_B = aBinding({
  jira_project: 'OPS',
  repo: 'group/ops',
  events: { url_ref: 'team_b', format: 'slack', on: [...ALL] },
});
const SILENT = aBinding({ jira_project: 'HELP', repo: 'group/help' });

interface Parts {
  bindings?: Binding[];
  answer?: (post: EventPost) => Promise<void>;
  environment?: Record<string, string>;
}

function createFixture({ bindings = [TEAM_A, TEAM_B, SILENT], answer = async () => {}, ...parts }: Parts = {}) {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const { ledger, outbox, skipLog } = storage;
  const log = createMemoryLog();
  const redactor = createRedactor();
  const environment = parts.environment ?? {
    EVENTS_URL__TEAM_A: 'https://a.example.com/hook',
    EVENTS_SECRET__TEAM_A: SECRET,
    EVENTS_URL__TEAM_B: 'https://b.example.com/hook',
  };
  const receivers = createReceivers({ environment, clock, log: silentLog, redactor });
  const posts: EventPost[] = [];
  const notifying = {
    ledger,
    skipLog,
    listBindings: async () => bindings,
    bindingFor: async (key: string) => bindings.find(({ jiraProject }) => jiraProject === key),
    bindingOfProject: async (projectId: number) => (projectId === 7 ? bindings[0] : undefined),
    receivers,
    async post(post: EventPost) {
      posts.push(post);
      await answer(post);
    },
    gitlabUrl: 'https://gitlab.example.com',
    redact: redactor.redact,
    clock,
  };
  const deliver = () =>
    processOutbox({
      outbox,
      async perform(entry) {
        if (entry.kind === 'run-told') return notifyReceiverOfRun(entry, notifying);
        if (entry.kind === 'credential-told') return notifyReceiverOfCredential(entry, notifying);
        return 'complete';
      },
      clock,
      log,
    });
  const deliverFor = async (ms: number, everyMs = MINUTE) => {
    for (let passed = 0; passed < ms; passed += everyMs) {
      await deliver();
      await clock.advance(everyMs);
    }
  };
  const announce = createAnnounceRun({ outbox, listBindings: notifying.listBindings });
  const create = async (runId: string, task: Task = aCodingTask()) => {
    const record = await ledger.create({ runId, task, dedupKey: runId });
    if (!record) throw new Error('no run');
    return record;
  };
  const begin = async (runId: string) => {
    const begun = await ledger.update(await ledger.get(runId), { state: 'running', attempt: 1 });
    if (!begun) throw new Error('not begun');
  };
  const finish = async (runId: string) =>
    ledger.update(await ledger.get(runId), { state: 'done', result: { what: 'merge-request' }, notified: true });
  const types = () => posts.map(({ body }) => JSON.parse(body).type);
  return {
    clock,
    outbox,
    skipLog,
    ledger,
    log,
    posts,
    announce,
    create,
    begin,
    finish,
    deliver,
    deliverFor,
    types,
    redactor,
  };
}

const away = () => Promise.reject(new TaskError('events-unavailable'));

describe('the webhook of a team', () => {
  it('is notified of a start and an end once each, signed, also over a crash', async () => {
    const { announce, create, begin, finish, deliver, deliverFor, posts, types, outbox } = createFixture();
    const run = await create('run-1');
    // Announced, and the process died before the run moved.
    await announce(run, 'started');
    await deliver();
    expect(posts).toEqual([]);
    await announce(run, 'started');
    await begin('run-1');
    await announce(run, 'ended');
    await deliverFor(5 * MINUTE);
    expect(types()).toEqual(['run.started']);
    await announce(run, 'ended');
    await finish('run-1');
    await deliverFor(5 * MINUTE);
    await announce(run, 'ended');
    await deliver();
    expect(types()).toEqual(['run.started', 'run.finished']);
    expect(await outbox.listOpen()).toEqual([]);
    const { body = '', headers = {} } = posts[1] ?? {};
    expect(headers).toMatchObject({
      'webhook-id': JSON.parse(body).id,
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
  });

  it('hears of the start first where both were waiting', async () => {
    const { announce, create, begin, finish, deliver, types } = createFixture();
    const run = await create('run-1');
    await announce(run, 'started');
    await begin('run-1');
    await announce(run, 'ended');
    await finish('run-1');
    await deliver();
    expect(types()).toEqual(['run.started', 'run.finished']);
  });

  it('is not notified of a run that only looked whether it is its turn, nor that it started when it ended so', async () => {
    const { announce, create, begin, ledger, deliverFor, types, clock } = createFixture();
    const run = await create('run-1');
    await announce(run, 'started');
    await begin('run-1');
    const running = await ledger.get('run-1');
    await ledger.update(running, { state: 'parked', attempt: 0, parkedUntil: clock.now() + HOUR });
    await deliverFor(10 * MINUTE);
    expect(types()).toEqual([]);
    await announce(run, 'ended');
    await endRun('run-1', { state: 'cancelled', reason: 'cancelled-by-person' }, { ledger, clock });
    await deliverFor(5 * MINUTE);
    expect(types()).toEqual(['run.finished']);
  });

  it('gets the same id and body at every try, after which nothing is sent', async () => {
    let fails = true;
    const { announce, create, begin, finish, deliverFor, posts, clock } = createFixture({
      answer: () => (fails ? away() : Promise.resolve()),
    });
    const run = await create('run-1');
    await begin('run-1');
    await announce(run, 'ended');
    await finish('run-1');
    await deliverFor(10 * MINUTE);
    fails = false;
    await clock.advance(HOUR);
    await deliverFor(10 * MINUTE);
    expect(posts.length).toBeGreaterThan(2);
    expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
    const tried = posts.length;
    await deliverFor(HOUR);
    expect(posts).toHaveLength(tried);
  });

  it('that is away for a day is given up with one line, and not before', async () => {
    const { announce, create, begin, finish, deliverFor, log, outbox } = createFixture({ answer: away });
    const givenUp = () => log.lines.filter(({ event }) => event === 'outbox entry given up');
    const run = await create('run-1');
    await begin('run-1');
    await announce(run, 'ended');
    await finish('run-1');
    await deliverFor(DAY - HOUR, 3 * MINUTE);
    expect(givenUp()).toEqual([]);
    expect(await outbox.listOpen()).toHaveLength(1);
    await deliverFor(3 * HOUR, 3 * MINUTE);
    expect(givenUp()).toHaveLength(1);
    expect(await outbox.listOpen()).toEqual([]);
  });

  it('that never answers holds up neither another team nor what goes to tickets', async () => {
    const { announce, create, begin, finish, deliver, posts, outbox } = createFixture({
      answer: ({ name }) => (name.endsWith('TEAM_A') ? new Promise(() => {}) : Promise.resolve()),
    });
    const task = (key: string) => aCodingTask({ jiraProject: key, issueKey: `${key}-1` });
    for (const key of ['PROJ', 'OPS']) {
      const run = await create(`run-${key}`, task(key));
      await begin(run.runId);
      await announce(run, 'ended');
      await finish(run.runId);
    }
    await outbox.enqueue({ kind: 'waiting', issueKey: 'PROJ-9', jiraProject: 'PROJ', waitsFor: [] });
    const round = deliver();
    await expect.poll(async () => (await outbox.listOpen()).map(({ entry }) => entry.kind)).toEqual(['run-told']);
    expect(posts.map(({ name }) => name).sort()).toEqual(['EVENTS_URL__TEAM_A', 'EVENTS_URL__TEAM_B']);
    void round;
  });

  it('that fails is asked once in a round, however much there is to send', async () => {
    const { announce, create, begin, finish, deliver, posts } = createFixture({ answer: away });
    for (const id of ['run-1', 'run-2', 'run-3']) {
      const run = await create(id);
      await begin(id);
      await announce(run, 'ended');
      await finish(id);
    }
    expect(await deliver()).toEqual({ done: 0, failed: 1 });
    expect(posts).toHaveLength(1);
  });

  it.each([
    { name: 'a wrong URL', code: 'events-url-wrong', environment: { EVENTS_URL__TEAM_A: 'http://a.example.com' } },
    { name: 'no URL', code: 'credential-unknown', environment: {} },
    {
      name: 'a secret that is no key',
      code: 'events-secret-wrong',
      environment: { EVENTS_URL__TEAM_A: 'https://a.example.com', EVENTS_SECRET__TEAM_A: 'hunter2hunter2' },
    },
  ])('with $name is not notified, which explain and the log say', async ({ code, environment }) => {
    const { announce, create, begin, finish, deliver, posts, log, skipLog } = createFixture({ environment });
    const run = await create('run-1');
    await begin('run-1');
    await announce(run, 'ended');
    await finish('run-1');
    await deliver();
    expect(posts).toEqual([]);
    expect(log.lines.map(({ event }) => event)).toEqual(['outbox entry not done']);
    expect(await skipLog.list(eventsSubject('issue~PROJ-12'))).toMatchObject([
      { reason: code, detail: expect.stringContaining('TEAM_A') },
    ]);
  });
});

it('asks nothing of storage for a run whose binding wants nothing, or that belongs to none', async () => {
  const { announce, create, outbox } = createFixture({ bindings: [SILENT] });
  await announce(await create('run-1', aCodingTask({ jiraProject: 'HELP', issueKey: 'HELP-1' })), 'ended');
  await announce(await create('run-2', aReviewTask()), 'ended');
  await announce(await create('run-3', anEchoTask()), 'ended');
  expect(await outbox.listOpen()).toEqual([]);
});

it('notifies the binding that speaks for the repository of a reviewed merge request', async () => {
  const { announce, create, begin, deliver, posts } = createFixture();
  const run = await create('run-1', aReviewTask());
  await announce(run, 'started');
  await begin('run-1');
  await deliver();
  expect(posts.map(({ name }) => name)).toEqual(['EVENTS_URL__TEAM_A']);
});

it('keeps URL and secret out of what is written', () => {
  const { redactor } = createFixture();
  expect(redactor.redact(`to https://a.example.com/hook with ${SECRET}`)).toBe('to [secret] with [secret]');
});

it('notifies each webhook once of a credential that ends, and each issue its comment', async () => {
  const same = aBinding({
    jira_project: 'TWO',
    repo: 'group/two',
    events: { url_ref: 'team_a' },
    notices_issue: 'TWO-1',
  });
  const other = aBinding({
    jira_project: 'NOT',
    repo: 'group/not',
    credential_ref: 'x',
    events: { url_ref: 'team_b' },
  });
  const bindings = [TEAM_A, same, TEAM_B, other];
  const { outbox, deliver, posts } = createFixture({ bindings });
  const announceEnding = createAnnounceEnding({ outbox, listBindings: async () => bindings });
  const ending = { credentialRef: 'default', days: 7, expiresAt: '2026-01-21' };
  await announceEnding(ending);
  await announceEnding(ending);
  expect((await outbox.listOpen()).map(({ entry }) => entry.kind).sort()).toEqual([
    'credential-notice',
    'credential-told',
    'credential-told',
  ]);
  await deliver();
  await announceEnding(ending);
  await deliver();
  expect(posts.map(({ name }) => name).sort()).toEqual(['EVENTS_URL__TEAM_A', 'EVENTS_URL__TEAM_B']);
  const { body = '' } = posts.find(({ name }) => name.endsWith('TEAM_A')) ?? {};
  expect(JSON.parse(body)).toMatchObject({
    type: 'credential.ending',
    credential: { alias: 'default', expiresAt: '2026-01-21', daysLeft: 7 },
    jiraProjects: ['PROJ', 'TWO'],
  });
});

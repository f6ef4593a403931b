import { createHmac, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import { aDiscussion, aMergeRequest, aMergeRequestHook, aNote, aNoteHook } from '../../../test/builders/gitlab.ts';
import { createIngress, GITLAB_SECRET, supersedeNewest } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import { specsFolder } from '../../../test/specs/specs-folder.ts';
import type { EndedMergeRequest } from '../../ingest/gitlab/ended-merge-request.ts';

const HEAD = 'a'.repeat(40);
const outage = new TaskError('storage-unavailable');

describe('a delivery that asks for work', () => {
  it.each([
    { name: 'an opened merge request', hook: aMergeRequestHook(), task: `review~7~3~${HEAD}` },
    { name: 'a reopened one', hook: aMergeRequestHook({ action: 'reopen' }), task: `review~7~3~${HEAD}` },
    {
      name: 'new commits',
      hook: aMergeRequestHook({ action: 'update', oldrev: 'b'.repeat(40) }),
      task: `review~7~3~${HEAD}`,
    },
    {
      name: 'one that left draft',
      hook: aMergeRequestHook({ action: 'update' }, { changes: { draft: { previous: true, current: false } } }),
      task: `review~7~3~${HEAD}`,
    },
    { name: 'a command', hook: aNoteHook(), task: 'reply~7~3~501' },
    { name: 'a command that was edited in', hook: aNoteHook({ action: 'update' }), task: 'reply~7~3~501' },
    { name: 'a mention', hook: aNoteHook({ note: 'What do you think, @cmap?' }), task: 'reply~7~3~501' },
    {
      name: '/copilot review',
      hook: aNoteHook({ note: '/copilot review' }, { merge_request: { iid: 3, last_commit: { id: HEAD } } }),
      task: 'review~7~3~note~501',
    },
  ])('$name becomes $task, durably', async ({ hook, task }) => {
    const ingress = createIngress();
    const answer = await ingress.gitlabWebhook(hook);
    expect(answer).toMatchObject({ status: 202, body: { runId: expect.stringMatching(/^run-/) } });
    expect(await ingress.tasks()).toEqual([task]);
    expect(await ingress.storage.queue.getDepth()).toMatchObject({ count: 1 });
  });

  it('costs the three storage requests of an admission and no request to GitLab but who we are', async () => {
    const ingress = createIngress();
    await ingress.gitlabWebhook(aMergeRequestHook());
    expect(ingress.takeCalls()).toEqual([
      'gitlabFor team_a',
      'gitlab.getCurrentUser',
      'storage.write runs',
      'storage.send',
      'storage.write runs',
    ]);
  });

  it.each([
    { name: 'a merge request', hook: (user: object) => aMergeRequestHook({}, { user }) },
    { name: 'a note', hook: (user: object) => aNoteHook({ note: '/copilot review' }, { user }) },
  ])('asks anew who we are where $name of a renamed account shows that it is another name', async ({ hook }) => {
    const ingress = createIngress();
    const { id } = ingress.outside.self;
    await ingress.gitlabWebhook(hook({ id, name: 'Agent', username: 'renamed' }));
    const asked = ingress.takeCalls().filter((call) => call === 'gitlab.getCurrentUser');
    expect(asked).toHaveLength(2);
  });

  it('is admitted once, by its id and by what it is about', async () => {
    const ingress = createIngress();
    const headers = { 'x-gitlab-token': GITLAB_SECRET, 'webhook-id': 'one' };
    const first = await ingress.gitlabWebhook(aMergeRequestHook(), headers);
    ingress.takeCalls();
    const again = await ingress.gitlabWebhook(aMergeRequestHook(), headers);
    expect(again).toMatchObject({ status: 202, body: { runId: first.body['runId'], duplicate: true } });
    expect(ingress.takeCalls()).toEqual([]);

    const other = { ...headers, 'webhook-id': 'two' };
    expect(await ingress.gitlabWebhook(aMergeRequestHook(), other)).toMatchObject({ status: 202, body: again.body });
    const forged = aMergeRequestHook({ iid: 4 });
    expect((await ingress.gitlabWebhook(forged, headers)).body['duplicate']).toBeUndefined();
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`, `review~7~4~${HEAD}`]);
  });

  it('in 20 copies at once becomes one run', async () => {
    const ingress = createIngress();
    const answers = await Promise.all(Array.from({ length: 20 }, () => ingress.gitlabWebhook(aMergeRequestHook())));
    expect(new Set(answers.map(({ body }) => body['runId'])).size).toBe(1);
    expect(await ingress.tasks()).toHaveLength(1);
  });

  it('uses the credential of the binding of its project', async () => {
    const other = { ...aReviewedBinding(), jiraProject: 'OPS', repo: 'group/ops', credentialRef: 'team_b' };
    const bindings = [
      { binding: aReviewedBinding(), projectId: 7 },
      { binding: other, projectId: 8 },
    ];
    const ingress = createIngress({ bindings });
    await ingress.gitlabWebhook(aMergeRequestHook({ target_project_id: 8 }));
    await ingress.gitlabWebhook(aNoteHook({}, { project_id: 8 }));
    expect(ingress.calls.filter((call) => call.startsWith('gitlabFor'))).toEqual([
      'gitlabFor team_b',
      'gitlabFor team_b',
    ]);
  });

  it('asks GitLab for the head when the note that asks for a review lacks it', async () => {
    const ingress = createIngress();
    ingress.outside.mergeRequests = [aMergeRequest({ headSha: HEAD })];
    expect(await ingress.gitlabWebhook(aNoteHook({ note: '/copilot review' }))).toMatchObject({ status: 202 });
    expect(ingress.calls).toContain('gitlab.getMergeRequest 7!3');
  });
});

describe('a delivery about a head whose review was superseded', () => {
  const ready = aMergeRequestHook({ action: 'update' }, { changes: { draft: { previous: true, current: false } } });
  const becameReady = (id: string) => [ready, { 'x-gitlab-token': GITLAB_SECRET, 'webhook-id': id }] as const;

  async function superseded(reason = 'draft') {
    const ingress = createIngress();
    const mergeRequest = aMergeRequest({ headSha: HEAD, updatedAt: ingress.clock.now() - SECOND });
    ingress.outside.mergeRequests = [mergeRequest];
    await ingress.gitlabWebhook(aMergeRequestHook());
    await ingress.clock.advance(MINUTE);
    await supersedeNewest(ingress, reason);
    const change = (values: Partial<typeof mergeRequest>) =>
      Object.assign(mergeRequest, { updatedAt: ingress.clock.now(), ...values });
    return { ingress, change };
  }

  it('starts its review anew, once, when it became ready', async () => {
    const { ingress, change } = await superseded();
    change({});
    const answers = [];
    for (let copy = 0; copy < 5; copy += 1) answers.push(await ingress.gitlabWebhook(...becameReady(`copy ${copy}`)));
    expect(answers.map(({ body }) => body['duplicate'] ?? false)).toEqual([false, true, true, true, true]);
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`, `review~7~3~${HEAD}`]);
    expect(await ingress.storage.queue.getDepth()).toMatchObject({ count: 2 });
  });

  it.each<{ name: string; change?: Partial<ReturnType<typeof aMergeRequest>> }>([
    { name: 'comes again and nothing has changed since' },
    { name: 'is older than what made it a draft', change: { draft: true } },
    { name: 'is older than a push', change: { headSha: 'c'.repeat(40) } },
    { name: 'is older than the end of the merge request', change: { state: 'closed' } },
  ])('starts nothing when it $name', async ({ change: values }) => {
    const { ingress, change } = await superseded();
    if (values) change(values);
    for (const id of ['one', 'two']) {
      expect(await ingress.gitlabWebhook(...becameReady(id))).toMatchObject({ status: 202, body: { duplicate: true } });
    }
    expect(await ingress.tasks()).toHaveLength(1);
  });
});

describe('a delivery that is not for us', () => {
  const draft = aMergeRequestHook({ draft: true });
  it.each([
    { name: 'no JSON', hook: '<xml/>', reason: 'not-json' },
    { name: 'another event', hook: { object_kind: 'build' }, reason: 'unsupported-event' },
    { name: 'an event of a coming version', hook: { object_kind: 'milestone' }, reason: 'unsupported-event' },
    { name: 'a strange merge request', hook: aMergeRequestHook({ iid: '7' }), reason: 'malformed' },
    { name: 'another project', hook: aMergeRequestHook({ target_project_id: 8 }), reason: 'unbound-project' },
    { name: 'a draft', hook: draft, reason: 'draft' },
    { name: 'an edited title', hook: aMergeRequestHook({ action: 'update' }), reason: 'no-new-commits' },
    { name: 'an approval', hook: aMergeRequestHook({ action: 'approved' }), reason: 'no-new-commits' },
    { name: 'a merged merge request', hook: aMergeRequestHook({ action: 'merge' }), reason: 'closed' },
    { name: 'a note by GitLab', hook: aNoteHook({ system: true }), reason: 'system-note' },
    { name: 'an internal note', hook: aNoteHook({ internal: true }), reason: 'internal-note' },
    { name: 'a note on an issue', hook: aNoteHook({ noteable_type: 'Issue' }), reason: 'note-not-on-merge-request' },
    { name: 'our own note', hook: aNoteHook({ author_id: 99 }), reason: 'own-note' },
    { name: 'our own answer to people', hook: aNoteHook({ author_id: 99, note: 'Done.' }), reason: 'own-note' },
    { name: 'a note in a thread that is gone', hook: aNoteHook({ note: 'Why?' }), reason: 'note-gone' },
    {
      name: 'text with our marker',
      hook: aNoteHook({ note: appendMarker('/copilot help', { purpose: 'answer' }) }),
      reason: 'marker',
    },
    {
      name: 'another bot',
      hook: aNoteHook({ author_id: 12 }, { user: { id: 12, username: 'project_9_bot_ab' } }),
      reason: 'other-bot',
    },
    {
      name: 'a note on a closed merge request',
      hook: aNoteHook({}, { merge_request: { iid: 3, state: 'closed' } }),
      reason: 'closed',
    },
  ])('$name is answered 200 with $reason', async ({ hook, reason }) => {
    const ingress = createIngress();
    expect(await ingress.gitlabWebhook(hook)).toMatchObject({ status: 200, body: { skipped: reason } });
    expect(await ingress.tasks()).toEqual([]);
  });

  it('is a warning when it is malformed, with the names of its fields and never their values', async () => {
    const ingress = createIngress();
    await ingress.gitlabWebhook(aMergeRequestHook({ iid: 'a secret' }));
    await ingress.gitlabWebhook({ object_kind: 'build' });
    const fields = { source: 'gitlab', fields: ['object_attributes.iid'] };
    expect(ingress.lines).toEqual([{ level: 'warn', event: 'webhook malformed', fields }]);
  });

  it('records the reason in the skip log', async () => {
    const ingress = createIngress();
    await ingress.gitlabWebhook(draft);
    await ingress.gitlabWebhook(aMergeRequestHook({ action: 'update' }));
    expect(await ingress.storage.skipLog.list('mr~7~3')).toMatchObject([{ reason: 'draft' }]);
  });

  it.each([
    {
      name: 'in a thread we take part in',
      notes: [aNote({ author: { id: 99, username: 'cmap', name: '', bot: true } })],
      status: 202,
    },
    { name: 'in a thread of others', notes: [aNote()], status: 200 },
  ])('asks for the thread only of a note that addresses no account: $name', async ({ notes, status }) => {
    const ingress = createIngress();
    const thread = aDiscussion({ notes: [...notes, aNote({ id: 501 })] });
    ingress.outside.discussions.set('7!3', [thread]);
    expect(await ingress.gitlabWebhook(aNoteHook({ note: 'Why?' }))).toMatchObject({ status });
    expect(ingress.calls).toContain('gitlab.findDiscussion 7!3');
  });

  it('finds the thread where older versions do not name it, and notices that the note is gone', async () => {
    const ingress = createIngress();
    const hook = aNoteHook({ discussion_id: undefined });
    expect(await ingress.gitlabWebhook(hook)).toMatchObject({ body: { skipped: 'note-gone' } });
    ingress.outside.discussions.set('7!3', [
      aDiscussion({ id: 'other', notes: [aNote({ id: 499 })] }),
      aDiscussion({ id: 'found', notes: [aNote({ id: 500 }), aNote({ id: 501 })] }),
    ]);
    expect(await ingress.gitlabWebhook(hook)).toMatchObject({ status: 202 });
    const [run] = await ingress.storage.ledger.listOpen();
    expect(run?.task).toMatchObject({ discussionId: 'found' });
  });

  it('lets a note through when GitLab does not say whose thread it is, and no bug', async () => {
    const ingress = createIngress();
    ingress.outside.failures.set('gitlab.findDiscussion', new Error('boom'));
    expect(await ingress.gitlabWebhook(aNoteHook({ note: 'Why?' }))).toMatchObject({ status: 500 });
    ingress.outside.failures.set('gitlab.findDiscussion', new TaskError('gitlab-unavailable'));
    expect(await ingress.gitlabWebhook(aNoteHook({ note: 'Why?' }))).toMatchObject({ status: 202 });
    const [run] = await ingress.storage.ledger.listOpen();
    expect(run?.task).toMatchObject({ discussionId: 'd'.repeat(40) });
  });
});

describe('the sender', () => {
  const key = randomBytes(32);
  const signingToken = new Secret(`whsec_${key.toString('base64')}`);
  const both = { webhook: { signingToken } };
  const body = JSON.stringify(aMergeRequestHook());
  const sign = (at: number, content = body) => {
    const timestamp = String(Math.floor(at / 1000));
    const digest = createHmac('sha256', key).update(`id-1.${timestamp}.${content}`).digest('base64');
    return { 'webhook-id': 'id-1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
  };

  it.each([
    { name: 'no token', headers: {} },
    { name: 'a wrong token', headers: { 'x-gitlab-token': 'wrong' } },
    { name: 'an empty token', headers: { 'x-gitlab-token': '' } },
    { name: 'half the token', headers: { 'x-gitlab-token': GITLAB_SECRET.slice(0, 9) } },
    {
      name: 'a bad signature beside the right token',
      headers: { 'x-gitlab-token': GITLAB_SECRET, 'webhook-signature': 'v1,AAAA' },
    },
  ])('is refused before anything else is done: $name', async ({ headers }) => {
    const ingress = createIngress(both);
    const answer = await ingress.gitlabWebhook(body, headers);
    expect(answer).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    expect(ingress.calls).toEqual([]);
  });

  it('is believed by its signature, for five minutes and for these bytes only', async () => {
    const ingress = createIngress(both);
    const now = ingress.clock.now();
    expect(await ingress.gitlabWebhook(body, sign(now))).toMatchObject({ status: 202 });
    expect(await ingress.gitlabWebhook(body, sign(now - 6 * MINUTE))).toMatchObject({ status: 401 });
    expect(await ingress.gitlabWebhook(body, sign(now + 6 * MINUTE))).toMatchObject({ status: 401 });
    expect(await ingress.gitlabWebhook(`${body} `, sign(now))).toMatchObject({ status: 401 });
    const replayed = sign(now);
    await ingress.clock.advance(6 * MINUTE);
    expect(await ingress.gitlabWebhook(body, replayed)).toMatchObject({ status: 401 });
    expect(await ingress.tasks()).toHaveLength(1);
  });

  it('is refused without a reason when nothing is configured, which is logged once', async () => {
    const ingress = createIngress({ webhook: { secretToken: undefined } });
    for (let count = 0; count < 3; count += 1) {
      expect(await ingress.gitlabWebhook(body)).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    }
    expect(ingress.lines).toEqual([
      { level: 'error', event: 'webhook refused', fields: { source: 'gitlab', reason: 'not-configured' } },
    ]);
  });

  it('is slowed down when it guesses, and others are not', async () => {
    const ingress = createIngress();
    const guess = { 'x-gitlab-token': 'guess', 'x-forwarded-for': '198.51.100.9:1234' };
    const answers = [];
    for (let count = 0; count < 50; count += 1) answers.push(await ingress.gitlabWebhook(body, guess));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(25);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(ingress.calls).toEqual([]);
    const good = { 'x-gitlab-token': GITLAB_SECRET, 'x-forwarded-for': '203.0.113.5:1' };
    expect(await ingress.gitlabWebhook(body, good)).toMatchObject({ status: 202 });
  });

  it('is never kept waiting by hooks without the secret that come from the same address', async () => {
    const ingress = createIngress();
    const statuses: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      for (let copy = 0; copy < 5; copy += 1) await ingress.gitlabWebhook(body, { 'x-gitlab-token': 'old secret' });
      statuses.push((await ingress.gitlabWebhook(aMergeRequestHook({ iid: second + 1 }))).status);
      await ingress.clock.advance(SECOND);
    }
    expect(new Set(statuses)).toEqual(new Set([202]));
  });

  it('is slowed down with the secret as well when it floods', async () => {
    const limits = { verified: { capacity: 3, refillPerSecond: 1 }, refused: { capacity: 1, refillPerSecond: 1 } };
    const ingress = createIngress({ webhook: { limits } });
    for (let copy = 0; copy < 3; copy += 1) await ingress.gitlabWebhook(body);
    ingress.takeCalls();
    const answer = await ingress.gitlabWebhook(body);
    expect(answer).toMatchObject({ status: 429, body: { error: 'rate-limited' } });
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(ingress.takeCalls()).toEqual([]);
  });

  it('may send a thousand deliveries at once', async () => {
    const ingress = createIngress();
    const answers = [];
    for (let iid = 1; iid <= 1000; iid += 1) answers.push(await ingress.gitlabWebhook(aMergeRequestHook({ iid })));
    expect(answers.every(({ status }) => status === 202)).toBe(true);
  });

  it('may not send more than 2 MB', async () => {
    const ingress = createIngress();
    const large = Buffer.alloc(2 * 1024 * 1024 + 1, 32);
    expect(await ingress.gitlabWebhook(large)).toMatchObject({ status: 413, body: { error: 'body-too-large' } });
    expect(ingress.calls).toEqual([]);
    expect(await ingress.gitlabWebhook(large.subarray(1))).toMatchObject({
      status: 200,
      body: { skipped: 'not-json' },
    });
  });

  it('cannot write into the log', async () => {
    const ingress = createIngress();
    await ingress.gitlabWebhook(body, { 'x-gitlab-token': 'x', 'x-forwarded-for': '"}{"level":"fatal"' });
    expect(ingress.lines).toEqual([
      { level: 'warn', event: 'webhook refused', fields: { source: 'gitlab', reason: 'bad-token', sender: 'unknown' } },
    ]);
  });
});

describe('while something is away', () => {
  it.each([
    { name: 'the table', call: 'storage.write runs', error: outage, code: 'storage-unavailable' },
    { name: 'the queue', call: 'storage.send', error: outage, code: 'storage-unavailable' },
    { name: 'the map', call: 'mapping.current', error: outage, code: 'storage-unavailable' },
    {
      name: 'GitLab, before we know who we are',
      call: 'gitlab.getCurrentUser',
      error: new TaskError('gitlab-unavailable'),
      code: 'gitlab-unavailable',
    },
  ])('$name: 503 and when to come back; the same delivery is admitted later', async ({ call, error, code }) => {
    const ingress = createIngress();
    const headers = { 'x-gitlab-token': GITLAB_SECRET, 'webhook-id': 'same' };
    ingress.outside.failures.set(call, error);
    const answer = await ingress.gitlabWebhook(aMergeRequestHook(), headers);
    expect(answer).toMatchObject({ status: 503, body: { error: code } });
    expect(answer.headers.get('retry-after')).toBe('30');

    ingress.outside.failures.clear();
    await ingress.clock.advance(2 * MINUTE);
    expect(await ingress.gitlabWebhook(aMergeRequestHook(), headers)).toMatchObject({ status: 202 });
    expect(await ingress.storage.queue.getDepth()).toMatchObject({ count: 1 });
  });

  it('a bug is a 500 and a line in the log, never a lost word', async () => {
    const ingress = createIngress();
    ingress.outside.failures.set('gitlabFor', new Error('boom'));
    expect(await ingress.gitlabWebhook(aMergeRequestHook())).toMatchObject({
      status: 500,
      body: { error: 'unexpected' },
    });
    expect(ingress.lines).toMatchObject([{ level: 'error', event: 'webhook failed' }]);
  });
});

it.each([
  { action: 'merge', ending: 'merged' },
  { action: 'close', ending: 'closed' },
])('hands a merge request that was $ending, and no other, to what updates its ticket', async ({ action, ending }) => {
  const seen: EndedMergeRequest[] = [];
  const ingress = createIngress({
    webhook: {
      onMergeRequestEnded: async (ended) => {
        seen.push(ended);
        return { noted: 'merge-request-ended' };
      },
    },
  });
  const hook = aMergeRequestHook({ action, source_branch: 'agent/PROJ-12' });
  expect(await ingress.gitlabWebhook(hook)).toMatchObject({ status: 202, body: { noted: 'merge-request-ended' } });
  expect(await ingress.gitlabWebhook(aMergeRequestHook())).toMatchObject({
    status: 202,
    body: { runId: expect.any(String) },
  });
  const about = { projectId: 7, mergeRequestIid: 3, ending, sourceBranch: 'agent/PROJ-12', seenBy: 'webhook' };
  expect(seen).toEqual([about]);
});

it.each(['merge', 'close'])(
  'is asked to come again when the end of a merge request cannot be kept: %s',
  async (action) => {
    const failure = new TaskError('storage-unavailable', { retryAfterMs: 5000 });
    const ingress = createIngress({ webhook: { onMergeRequestEnded: () => Promise.reject(failure) } });
    const answer = await ingress.gitlabWebhook(aMergeRequestHook({ action, source_branch: 'agent/PROJ-12' }));
    expect(answer).toMatchObject({ status: 503, body: { error: 'storage-unavailable' } });
  },
);

it('keeps names with table and queue signs out of keys', async () => {
  const ingress = createIngress();
  const evil = "agent/PROJ-1'); DROP\u0000/\\#?\u2028%2F../";
  const hook = aMergeRequestHook({ source_branch: evil, target_branch: evil, title: evil });
  expect(await ingress.gitlabWebhook(hook)).toMatchObject({ status: 202 });
  const note = aNoteHook({ discussion_id: evil });
  expect(await ingress.gitlabWebhook(note)).toMatchObject({ status: 200, body: { skipped: 'malformed' } });
  expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`]);
  expect(await ingress.storage.ledger.listRecent('mr~7~3', 10)).toHaveLength(1);
});

describe('every recorded delivery', () => {
  const folder = path.join(specsFolder, 'gitlab/webhooks');
  const bindings = [5, 14, 1].map((projectId, index) => ({
    binding: { ...aReviewedBinding(), jiraProject: `P${index}` },
    projectId,
  }));
  const expected: Record<string, object> = {
    'merge_request.json': { status: 202 },
    'service_merge_request.json': { status: 200, body: { skipped: 'unbound-project' } },
    'group_merge_request.json': { status: 200, body: { skipped: 'malformed' } },
    'note_merge_request.json': { status: 200, body: { skipped: 'note-gone' } },
    'note_issue.json': { status: 200, body: { skipped: 'note-not-on-merge-request' } },
    'note_commit.json': { status: 200, body: { skipped: 'note-not-on-merge-request' } },
  };

  it.each(readdirSync(folder))('%s', async (file) => {
    const ingress = createIngress({ bindings });
    const answer = await ingress.gitlabWebhook(readFileSync(path.join(folder, file)));
    expect(answer).toMatchObject(expected[file] ?? { status: 200, body: { skipped: 'unsupported-event' } });
  });
});

import { beforeEach, describe, expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import type { Discussion, MergeRequest, Note } from '../../../shared/domain/ports/gitlab.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../shared/kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../shared/kernel/errors.ts';
import { appendMarker } from '../../../shared/kernel/text/marker.ts';
import {
  aDiscussion,
  aGitLabUser,
  aMergeRequest,
  aMergeRequestHook,
  aNote,
  aNoteHook,
} from '../../../test/builders/gitlab.ts';
import { createIngress, type IngressOptions, supersedeNewest } from '../../../test/builders/ingress.ts';
import { aReviewedBinding } from '../../../test/fixtures/discussions.ts';
import type { EndedMergeRequest } from '../../ingest/gitlab/ended-merge-request.ts';

const HEAD = 'a'.repeat(40);
const AGENT = aGitLabUser({ id: 99, username: 'cmap', bot: true });
const GROUP = 'gitlab~team_a~group';

type Ingress = Awaited<ReturnType<typeof started>>;
let ingress: Ingress;
beforeEach(async () => {
  ingress = await started();
});

/** After its first poll, some time later. */
async function started(options: IngressOptions = {}) {
  const created = createIngress(options);
  await created.poll();
  await created.clock.advance(10 * MINUTE);
  await created.poll();
  await created.clock.advance(MINUTE);
  created.takeCalls();
  return created;
}

function open(values: Partial<MergeRequest> = {}, on = ingress): MergeRequest {
  const now = on.clock.now();
  const mergeRequest = aMergeRequest({ createdAt: now, updatedAt: now, headSha: HEAD, ...values });
  on.outside.mergeRequests.push(mergeRequest);
  return mergeRequest;
}

/** A new note; the merge request moves as GitLab moves it. */
function addNote(values: Partial<Note> = {}, thread: Partial<Discussion> = {}, before: Note[] = []): void {
  const now = ingress.clock.now();
  const note = aNote({ createdAt: now, updatedAt: now, body: '/copilot add a test', ...values });
  const discussion = aDiscussion({ id: `d${note.id}`, ...thread, notes: [...before, note] });
  const known = ingress.outside.discussions.get('7!3') ?? [];
  ingress.outside.discussions.set('7!3', [...known, discussion]);
  const [mergeRequest] = ingress.outside.mergeRequests;
  if (mergeRequest && now - mergeRequest.updatedAt >= MINUTE) mergeRequest.updatedAt = now;
}

async function countRuns(taskId: string): Promise<number> {
  return (await ingress.tasks()).filter((id) => id === taskId).length;
}

function withSkipLabel(label: string): Binding {
  const binding = aReviewedBinding();
  return { ...binding, review: { ...binding.review, skipLabels: [label] } };
}

/** What the log says, the newest line of this name last. */
function logged(event: string) {
  return ingress.lines.filter((line) => line.event === event).map(({ fields }) => fields);
}

async function readings(): Promise<number> {
  await ingress.poll();
  return ingress.takeCalls().filter((call) => call.startsWith('gitlab.listDiscussions')).length;
}

describe('what is polled', () => {
  it('is one list for a quiet group, however many repositories it has', async () => {
    const bindings = Array.from({ length: 100 }, (_, index) => ({
      binding: { ...aReviewedBinding(), jiraProject: `P${index}`, repo: `group/app-${index}` },
      projectId: index + 1,
    }));
    const quiet = createIngress({ bindings });
    for (let iid = 1; iid <= 500; iid += 1)
      open({ projectId: (iid % 100) + 1, iid, updatedAt: quiet.clock.now() - 2 * MINUTE }, quiet);
    await quiet.poll();
    await quiet.clock.advance(10 * MINUTE);
    quiet.takeCalls();
    await quiet.poll();
    expect(quiet.takeCalls().filter((call) => call.startsWith('gitlab.'))).toEqual(['gitlab.listMergeRequests group']);
    expect(await quiet.tasks()).toEqual([]);
  });

  it('is a repository by itself when it is alone in its group', async () => {
    await ingress.poll();
    expect(ingress.takeCalls()).toContain('gitlab.listMergeRequests 7');
  });

  it('is each repository where there is no such group, which is not asked for again for an hour', async () => {
    const bindings = [7, 8].map((projectId) => ({
      binding: { ...aReviewedBinding(), jiraProject: `P${projectId}`, repo: `ada/app-${projectId}` },
      projectId,
    }));
    const personal = await started({ bindings });
    personal.outside.failures.set('gitlab.listMergeRequests ada', new TaskError('gitlab-not-found'));
    const lists = async () => {
      await personal.poll();
      return personal.takeCalls().filter((call) => call.startsWith('gitlab.list'));
    };
    const single = ['gitlab.listMergeRequests 7', 'gitlab.listMergeRequests 8'];
    expect(await lists()).toEqual(['gitlab.listMergeRequests ada', ...single]);
    await personal.clock.advance(MINUTE);
    expect(await lists()).toEqual(single);
    await personal.clock.advance(60 * MINUTE);
    expect(await lists()).toEqual(['gitlab.listMergeRequests ada', ...single]);
  });

  it('is a poll that failed when every repository is closed to us, and names those that are when some are', async () => {
    const bindings = [7, 8].map((projectId) => ({
      binding: { ...aReviewedBinding(), jiraProject: `P${projectId}`, repo: `group/app-${projectId}` },
      projectId,
    }));
    const closed = await started({ bindings });
    const close = (where: string) =>
      closed.outside.failures.set(`gitlab.listMergeRequests ${where}`, new TaskError('gitlab-forbidden'));
    close('group');
    close('8');
    await closed.poll();
    expect(await closed.storage.pollers.get(GROUP)).toMatchObject({ failures: 0, refused: ['group/app-8'] });
    close('7');
    await closed.clock.advance(MINUTE);
    await closed.poll();
    expect(await closed.storage.pollers.get(GROUP)).toMatchObject({ failures: 1, code: 'gitlab-forbidden' });
    closed.outside.failures.clear();
    await closed.clock.advance(MINUTE);
    await closed.poll();
    expect(await closed.storage.pollers.get(GROUP)).toEqual({ failures: 0, lastSuccessAt: closed.clock.now() });
  });

  it.each([
    { name: 'the group', stored: { 'gitlab~team_b~group': 2 * HOUR, [`gitlab~team_c~group`]: HOUR }, reviews: [1, 2] },
    { name: 'another group', stored: { 'gitlab~team_b~groups': 2 * HOUR }, reviews: [] },
  ])('begins where $name was looked at with another credential before', async ({ stored, reviews }) => {
    const changed = createIngress();
    const now = changed.clock.now();
    for (const [name, ago] of Object.entries(stored))
      await changed.storage.watermarks.advance(name, String(now - ago), undefined);
    open({ iid: 1, createdAt: now - 2 * HOUR, updatedAt: now - 2 * HOUR }, changed);
    open({ iid: 2, createdAt: now - MINUTE, updatedAt: now - MINUTE }, changed);
    open({ iid: 3, createdAt: now - 3 * HOUR, updatedAt: now - 3 * HOUR }, changed);

    await changed.poll();
    await changed.clock.advance(MINUTE);
    await changed.poll();

    expect(await changed.tasks()).toEqual(reviews.map((iid) => `review~7~${iid}~${HEAD}`));
  });

  it.each([
    { name: 'this credential', stored: { 'gitlab~default~group': 100 * DAY } },
    { name: 'a credential before the last one', stored: { 'gitlab~old~group': 100 * DAY, 'gitlab~last~group': HOUR } },
  ])('is nothing of more than six days ago, where the group was polled with $name long ago', async ({ stored }) => {
    const back = createIngress();
    const now = back.clock.now();
    for (const [name, ago] of Object.entries(stored))
      await back.storage.watermarks.advance(name, String(now - ago), undefined);
    open({ iid: 1, createdAt: now - 50 * DAY, updatedAt: now - 50 * DAY }, back);
    open({ iid: 2, createdAt: now - 5 * DAY, updatedAt: now - 5 * DAY }, back);

    await back.poll();
    await back.clock.advance(MINUTE);
    await back.poll();

    expect(await back.tasks()).toEqual([`review~7~2~${HEAD}`]);
  });

  it('is never another project of the group', async () => {
    open({ projectId: 8 });
    ingress = await started({
      bindings: [7, 9].map((projectId) => ({
        binding: { ...aReviewedBinding(), jiraProject: `P${projectId}`, repo: `group/app-${projectId}` },
        projectId,
      })),
    });
    open({ projectId: 8 });
    expect(await readings()).toBe(0);
    expect(await ingress.tasks()).toEqual([]);
  });

  it('is not what was there before the first start', async () => {
    const fresh = createIngress();
    open({ updatedAt: fresh.clock.now() - SECOND, iid: 4 }, fresh);
    fresh.outside.discussions.set('7!4', [
      aDiscussion({ notes: [aNote({ body: '/copilot help', createdAt: fresh.clock.now() - 1 })] }),
    ]);
    for (let minute = 0; minute < 5; minute += 1) {
      await fresh.poll();
      await fresh.clock.advance(MINUTE);
    }
    expect(await fresh.tasks()).toEqual([]);
  });

  it('is a note right after the first start, also where the merge request did not move for it', async () => {
    const fresh = createIngress();
    await fresh.poll();
    const now = fresh.clock.now();
    open({ updatedAt: now - 20 * SECOND, draft: true }, fresh);
    await fresh.clock.advance(10 * SECOND);
    const note = aNote({ id: 601, body: '/copilot help', createdAt: now + 10 * SECOND });
    fresh.outside.discussions.set('7!3', [aDiscussion({ notes: [note] })]);
    await fresh.clock.advance(50 * SECOND);
    await fresh.poll();
    expect(await fresh.tasks()).toEqual(['reply~7~3~601']);
  });
});

describe('a thousand top-level groups', () => {
  const bindings = Array.from({ length: 1000 }, (_, index) => ({
    binding: { ...aReviewedBinding(), jiraProject: `P${index}`, repo: `group-${index}/app` },
    projectId: index + 1,
  }));

  /** What one poll a minute later asks for, and the lines it writes. */
  async function pollOnce(many: Ingress) {
    await many.clock.advance(MINUTE);
    many.takeCalls();
    many.lines.length = 0;
    await many.poll();
    const calls = many.takeCalls();
    return {
      storage: calls.filter((call) => call.startsWith('storage.')),
      listed: calls.filter((call) => call.startsWith('gitlab.listMergeRequests')).map((call) => call.split(' ')[1]),
      lines: many.lines.map(({ event }) => event),
    };
  }

  it('cost twelve requests to storage, 500 lists and one line a minute while nothing happens', async () => {
    const many = await started({ bindings });
    await many.poll();
    const polls = [await pollOnce(many), await pollOnce(many), await pollOnce(many), await pollOnce(many)];
    for (const { storage, listed, lines } of polls) {
      expect(storage.filter((call) => call === 'storage.list state')).toHaveLength(2);
      expect(storage.filter((call) => call === 'storage.write state')).toHaveLength(10);
      expect(storage).toHaveLength(12);
      expect(listed).toHaveLength(500);
      expect(lines).toEqual(['poll done']);
    }
    expect(new Set([...(polls[0]?.listed ?? []), ...(polls[1]?.listed ?? [])]).size).toBe(1000);
    expect(JSON.stringify(many.lines).length).toBeLessThan(300);
  });

  it('keep a change waiting less than two minutes, and a group in which something happened one minute', async () => {
    const many = await started({ bindings });
    await many.poll();
    const { listed } = await pollOnce(many);
    const projectId = Number(listed[0]);
    await many.clock.advance(SECOND);
    const openedAt = many.clock.now();
    open({ projectId }, many);
    await many.clock.advance(58 * SECOND);
    await many.poll();
    expect(await many.tasks()).toEqual([]);
    await pollOnce(many);
    expect(await many.tasks()).toEqual([`review~${projectId}~3~${HEAD}`]);
    expect(many.clock.now() - openedAt).toBeLessThan(2 * MINUTE);
    for (let minute = 0; minute < 4; minute += 1) expect((await pollOnce(many)).listed).toContain(String(projectId));
  });

  it('are all polled where the schedule is slower than their turn', async () => {
    const many = await started({ bindings });
    await many.clock.advance(4 * MINUTE);
    expect((await pollOnce(many)).listed).toHaveLength(1000);
  });

  it('that are one group which cannot be listed are asked for in every second minute', async () => {
    const ofOneGroup = bindings.map(({ binding, projectId }) => ({
      binding: { ...binding, repo: `ada/app-${projectId}` },
      projectId,
    }));
    const many = createIngress({ bindings: ofOneGroup });
    many.outside.failures.set('gitlab.listMergeRequests ada', new TaskError('gitlab-forbidden'));
    await many.poll();
    const counts: number[] = [];
    for (let minute = 0; minute < 5; minute += 1) counts.push((await pollOnce(many)).listed.length);
    expect(counts).toEqual([1001, 0, 1000, 0, 1000]);
  });

  it('that fail write a line each, and no other that would say that polling works', async () => {
    const two = await started({ bindings: bindings.slice(0, 2) });
    two.outside.failures.set('gitlab.listMergeRequests', new TaskError('gitlab-unavailable'));
    expect((await pollOnce(two)).lines).toEqual(['poll failed', 'poll failed']);
    two.outside.failures.clear();
    await two.clock.advance(5 * MINUTE);
    expect((await pollOnce(two)).lines).toEqual(['group polled', 'group polled', 'poll done']);
    expect((await pollOnce(two)).lines).toEqual(['poll done']);
  });
});

describe('a merge request that changed', () => {
  it('is reviewed once per head', async () => {
    const mergeRequest = open();
    for (let minute = 0; minute < 4; minute += 1) {
      await ingress.poll();
      await ingress.clock.advance(MINUTE);
    }
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`]);
    const newest = 'c'.repeat(40);
    Object.assign(mergeRequest, { headSha: newest, updatedAt: ingress.clock.now() });
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`, `review~7~3~${newest}`]);
  });

  it('is counted in the log of its poll, with its answers and with others', async () => {
    ingress = await started({
      poll: { onMergeRequestEnded: async () => ({ noted: 'x' }) },
    });
    const nothing = { mergeRequests: 0, admitted: 0, duplicates: 0, skipped: 0, ended: 0 };
    const all = { poller: 'gitlab', groups: 1, polled: 1, merges: 0, repairs: 0, readied: 0 };
    expect(logged('poll done')).toEqual([
      { ...all, ...nothing },
      { ...all, ...nothing },
    ]);
    expect(logged('group polled')).toEqual([]);
    open();
    addNote({ id: 501 });
    addNote({ id: 502, body: 'Nice!' });
    open({ iid: 4 });
    open({ iid: 5, draft: true });
    open({ iid: 6, state: 'closed' });
    open({ iid: 7, state: 'merged' });
    await ingress.poll();
    await ingress.clock.advance(MINUTE);
    await ingress.poll();
    const first = { mergeRequests: 5, admitted: 3, duplicates: 0, skipped: 2, ended: 2 };
    const second = { mergeRequests: 5, admitted: 0, duplicates: 3, skipped: 2, ended: 2 };
    expect(logged('poll done').slice(2)).toEqual([
      { ...all, ...first },
      { ...all, ...second },
    ]);
    expect(logged('group polled')).toEqual([
      { poller: GROUP, ...first },
      { poller: GROUP, ...second },
    ]);
  });

  it('gives the same tasks as its webhooks', async () => {
    open();
    addNote({ id: 501 });
    await ingress.gitlabWebhook(aMergeRequestHook());
    await ingress.gitlabWebhook(aNoteHook());
    await ingress.poll();
    expect(await ingress.tasks()).toEqual(['reply~7~3~501', `review~7~3~${HEAD}`]);
    expect(await ingress.storage.queue.getDepth()).toMatchObject({ count: 2 });
  });

  it('gives the same task for /copilot review, also when its head has moved since the webhook', async () => {
    const mergeRequest = open({ draft: true });
    addNote({ id: 501, body: '/copilot review' });
    await ingress.gitlabWebhook(aNoteHook({ note: '/copilot review' }));
    mergeRequest.headSha = 'c'.repeat(40);
    await ingress.poll();
    expect(await ingress.tasks()).toEqual(['review~7~3~note~501']);
  });

  it.each([
    { name: 'reviewed at this head', note: appendMarker('Summary', { purpose: 'summary', sha: HEAD }), tasks: 0 },
    {
      name: 'reviewed at an older head',
      note: appendMarker('Summary', { purpose: 'summary', sha: 'b'.repeat(40) }),
      tasks: 1,
    },
    { name: 'paused', note: appendMarker('Paused', { purpose: 'paused' }), tasks: 0 },
  ])('knows from our own notes that it was $name', async ({ note, tasks }) => {
    open();
    addNote({ body: note, author: AGENT });
    await ingress.poll();
    expect(await ingress.tasks()).toHaveLength(tasks);
  });

  describe('whose review was superseded', () => {
    const one = `review~7~3~${HEAD}`;
    const supersede = (reason: string) => supersedeNewest(ingress, reason);
    /** Ten instances look at once, three times. */
    async function pollOften() {
      for (let minute = 0; minute < 3; minute += 1) {
        await ingress.clock.advance(MINUTE);
        await Promise.all(Array.from({ length: 10 }, () => ingress.poll()));
      }
    }

    it.each<{ name: string; reason: string; before: Partial<MergeRequest>; after: Partial<MergeRequest> }>([
      { name: 'was a draft and is ready', reason: 'draft', before: { draft: true }, after: { draft: false } },
      { name: 'was closed and is open', reason: 'closed', before: { state: 'closed' }, after: { state: 'opened' } },
      { name: 'lost its label', reason: 'label', before: { labels: ['no-cmap'] }, after: { labels: [] } },
      {
        name: 'is back at the head',
        reason: 'newer-head',
        before: { headSha: 'c'.repeat(40) },
        after: { headSha: HEAD },
      },
    ])('is reviewed, once, when it $name', async ({ reason, before, after }) => {
      ingress = await started({ bindings: [{ binding: withSkipLabel('no-cmap'), projectId: 7 }] });
      const mergeRequest = open();
      await ingress.poll();
      await ingress.clock.advance(10 * SECOND);
      Object.assign(mergeRequest, { ...before, updatedAt: ingress.clock.now() });
      await supersede(reason);
      await pollOften();
      expect(await countRuns(one)).toBe(1);

      Object.assign(mergeRequest, { ...after, updatedAt: ingress.clock.now() });
      await pollOften();
      expect(await countRuns(one)).toBe(2);
      await ingress.clock.advance(HOUR);
      mergeRequest.updatedAt = ingress.clock.now();
      await pollOften();
      expect(await countRuns(one)).toBe(2);
    });

    it('is reviewed when it was paused, also where the word to go on did not move it', async () => {
      const mergeRequest = open();
      addNote({ body: appendMarker('Paused', { purpose: 'paused' }), author: AGENT });
      await ingress.gitlabWebhook(aMergeRequestHook());
      await supersede('paused');
      await pollOften();
      expect(await countRuns(one)).toBe(1);
      const { updatedAt } = mergeRequest;
      addNote({ id: 900, body: appendMarker('Resumed', { purpose: 'resumed' }), author: AGENT });
      mergeRequest.updatedAt = updatedAt;
      await pollOften();
      expect(await countRuns(one)).toBe(1); // GitLab lists it with the next change.
      mergeRequest.updatedAt = ingress.clock.now();
      await pollOften();
      expect(await countRuns(one)).toBe(2);
    });

    it.each(['draft', 'newer-head', 'not-on-push'])(
      'starts one run for each change, however often it is ended with %s',
      async (reason) => {
        const mergeRequest = open();
        await ingress.poll();
        for (let change = 1; change <= 3; change += 1) {
          await ingress.clock.advance(10 * MINUTE);
          mergeRequest.updatedAt = ingress.clock.now();
          await supersede(reason);
          for (let round = 0; round < 3; round += 1) {
            await pollOften();
            await supersede(reason);
          }
          expect(await countRuns(one)).toBe(1 + change);
        }
      },
    );

    it.each(['paths', 'too-large'])('stays as it is when its diff was the reason: %s', async (reason) => {
      const mergeRequest = open();
      await ingress.poll();
      await supersede(reason);
      mergeRequest.updatedAt = ingress.clock.now() + SECOND;
      await pollOften();
      expect(await countRuns(one)).toBe(1);
    });
  });

  it('is left alone while it has no commit', async () => {
    open({ headSha: '' });
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([]);
  });

  it.each([
    { name: 'our own note', note: { author: AGENT } },
    { name: 'text with our marker', note: { body: appendMarker('/copilot help', { purpose: 'answer' }) } },
    { name: 'another bot', note: { author: aGitLabUser({ id: 12, bot: true }) } },
    { name: 'a service account', note: { author: aGitLabUser({ id: 12, username: 'service_account_group_1_ab' }) } },
    { name: 'a system note', note: { system: true } },
    { name: 'an internal note', note: { internal: true } },
    { name: 'a word among people', note: { body: 'Looks good.' } },
  ])('with $name is not answered', async ({ note }) => {
    open({ draft: true });
    addNote(note);
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([]);
  });

  it('is answered in a thread we take part in, up to a cap that is announced once', async () => {
    open({ draft: true });
    const answer = (id: number, purpose = 'answer') =>
      aNote({ id, author: AGENT, createdAt: 0, body: appendMarker('Yes.', { purpose, answers: id - 1 }) });
    addNote({ id: 700, body: 'And now?' }, { id: 'thread' }, [answer(601)]);
    const ten = Array.from({ length: 10 }, (_, index) => answer(800 + index));
    addNote({ id: 900, body: 'Still there?' }, { id: 'long' }, ten);
    addNote({ id: 1000, body: 'Hello?' }, { id: 'announced' }, [...ten, answer(950, 'cap-reached')]);
    await ingress.poll();
    // The run of 900 finds the cap reached as well, and says so.
    expect(await ingress.tasks()).toEqual(['reply~7~3~700', 'reply~7~3~900']);
  });

  it('reports once that it was merged or closed', async () => {
    const ended: EndedMergeRequest[] = [];
    ingress = await started({
      poll: {
        onMergeRequestEnded: async (event) => {
          ended.push(event);
          return { noted: 'x' };
        },
      },
    });
    open({ state: 'merged', sourceBranch: 'agent/PROJ-12' });
    open({ iid: 4, state: 'closed' });
    open({ iid: 5, state: 'merged', updatedAt: ingress.clock.now() - 200 * SECOND });
    await ingress.poll();
    expect(ended).toMatchObject([
      { mergeRequestIid: 3, ending: 'merged', sourceBranch: 'agent/PROJ-12', seenBy: 'poll' },
      { mergeRequestIid: 4, ending: 'closed' },
    ]);
    expect(ingress.takeCalls()).not.toContain('gitlab.listDiscussions 7!3');
  });
});

describe('reading again', () => {
  it('ends when a note would have moved the merge request', async () => {
    open();
    expect(await readings()).toBe(1);
    await ingress.clock.advance(30 * SECOND);
    expect(await readings()).toBe(1);
    await ingress.clock.advance(60 * SECOND);
    expect(await readings()).toBe(1);
    for (let count = 0; count < 5; count += 1) {
      await ingress.clock.advance(30 * SECOND);
      expect(await readings()).toBe(0);
    }
  });

  it('finds a second note that left the merge request where it was', async () => {
    open({ draft: true });
    addNote({ id: 501 });
    await ingress.poll();
    await ingress.clock.advance(50 * SECOND);
    addNote({ id: 502, body: '/copilot help' });
    await ingress.clock.advance(10 * SECOND);
    await ingress.poll();
    expect(await ingress.tasks()).toEqual(['reply~7~3~501', 'reply~7~3~502']);
  });
});

describe('a failure', () => {
  const fail = (call: string, code: ErrorCode) => ingress.outside.failures.set(call, new TaskError(code));
  const watermark = async () => Number((await ingress.storage.watermarks.find(GROUP))?.value);

  it.each<{ call: string; code: ErrorCode }>([
    { call: 'gitlab.listMergeRequests', code: 'gitlab-unavailable' },
    { call: 'gitlab.listMergeRequests', code: 'gitlab-unauthorized' },
    { call: 'gitlab.listDiscussions', code: 'gitlab-unavailable' },
    { call: 'gitlab.getCurrentUser', code: 'gitlab-rate-limited' },
    { call: 'storage.write runs', code: 'storage-unavailable' },
    { call: 'storage.send', code: 'storage-unavailable' },
  ])('of $call ($code) keeps the place and backs off; nothing is lost', async ({ call, code }) => {
    const before = await watermark();
    open();
    fail(call, code);
    await ingress.poll();
    expect(await watermark()).toBe(before);
    expect(await ingress.storage.pollers.get(GROUP)).toMatchObject({ failures: 1, code });

    ingress.outside.failures.clear();
    ingress.takeCalls();
    await ingress.poll();
    expect(ingress.takeCalls().filter((each) => each.startsWith('gitlab'))).toEqual([]);
    await ingress.clock.advance(6 * MINUTE);
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`]);
    expect(await ingress.storage.queue.getDepth()).toMatchObject({ count: 1 });
    expect(await watermark()).toBeGreaterThan(before);
    expect(await ingress.storage.pollers.get(GROUP)).toMatchObject({ failures: 0 });
  });

  it('of the end of a merge request keeps the place, and the next poll has it kept', async () => {
    const kept: number[] = [];
    const failures = [new TaskError('storage-unavailable')];
    ingress = await started({
      poll: {
        onMergeRequestEnded: async ({ mergeRequestIid }) => {
          const failure = failures.pop();
          if (failure) throw failure;
          kept.push(mergeRequestIid);
          return { noted: 'x' };
        },
      },
    });
    const before = await watermark();
    open({ state: 'merged' });
    await ingress.poll();
    expect(await watermark()).toBe(before);
    expect(await ingress.storage.pollers.get(GROUP)).toMatchObject({ failures: 1, code: 'storage-unavailable' });
    await ingress.clock.advance(6 * MINUTE);
    await ingress.poll();
    expect(kept).toEqual([3]);
    expect(await watermark()).toBeGreaterThan(before);
    expect(await ingress.storage.pollers.get(GROUP)).toMatchObject({ failures: 0 });
  });

  it('of one merge request does not keep the others waiting, and is given up after five times', async () => {
    const before = await watermark();
    open();
    open({ iid: 4, updatedAt: ingress.clock.now() + 1 });
    fail('gitlab.listDiscussions 7!3', 'gitlab-unavailable');
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([`review~7~4~${HEAD}`]);
    expect(await watermark()).toBe(before);
    expect(await ingress.storage.skipLog.list('mr~7~3')).toEqual([]);
    for (let count = 0; count < 4; count += 1) {
      await ingress.clock.advance(6 * MINUTE);
      await ingress.poll();
    }
    expect(await watermark()).toBeGreaterThan(before);
    expect(await ingress.storage.skipLog.list('mr~7~3')).toMatchObject([{ reason: 'unreadable' }]);
    expect(logged('merge request not ingested')).toEqual(
      [false, false, false, false, true].map((givenUp) => ({
        projectId: 7,
        mergeRequestIid: 3,
        givenUp,
        error: expect.objectContaining({ code: 'gitlab-unavailable' }),
      })),
    );
  });

  it('of three in a row counts as a failure of GitLab', async () => {
    for (let iid = 1; iid <= 20; iid += 1) open({ iid });
    fail('gitlab.listDiscussions', 'gitlab-unavailable');
    expect(await readings()).toBe(3);
  });

  it('because the token is refused after the list was answered loses no merge request', async () => {
    const before = await watermark();
    open();
    fail('gitlab.listDiscussions', 'gitlab-unauthorized');
    await ingress.poll();
    expect(await watermark()).toBe(before);
    expect(await ingress.storage.pollers.get(GROUP)).toMatchObject({ failures: 1, code: 'gitlab-unauthorized' });
    expect(await ingress.storage.skipLog.list('mr~7~3')).toEqual([]);
    ingress.outside.failures.clear();
    await ingress.clock.advance(6 * MINUTE);
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`]);
  });

  it('of storage ends the poll at once, because nothing could be admitted', async () => {
    for (let iid = 1; iid <= 20; iid += 1) open({ iid });
    fail('storage.write runs', 'storage-unavailable');
    expect(await readings()).toBe(1);
  });

  it('by a rate limit ends the poll at once, and gives no merge request up however long it lasts', async () => {
    const before = await watermark();
    for (let iid = 1; iid <= 20; iid += 1) open({ iid });
    fail('gitlab.listDiscussions', 'gitlab-rate-limited');
    expect(await readings()).toBe(1);
    for (let count = 0; count < 7; count += 1) {
      await ingress.clock.advance(6 * MINUTE);
      await ingress.poll();
    }
    expect(await watermark()).toBe(before);
    expect(logged('merge request not ingested').filter(({ givenUp }) => givenUp)).toEqual([]);
    ingress.outside.failures.clear();
    await ingress.clock.advance(6 * MINUTE);
    await ingress.poll();
    expect(await ingress.tasks()).toHaveLength(20);
  });

  it('of one merge request that is gone is no failure', async () => {
    const before = await watermark();
    open();
    fail('gitlab.listDiscussions', 'gitlab-not-found');
    await ingress.poll();
    expect(await watermark()).toBeGreaterThan(before);
  });

  it('of one group leaves the others alone', async () => {
    const teams = ['a', 'b'].map((team, index) => ({
      binding: {
        ...aReviewedBinding(),
        jiraProject: team.toUpperCase(),
        repo: `team-${team}/app`,
        credentialRef: team,
      },
      projectId: index + 1,
    }));
    ingress = await started({ bindings: teams });
    open({ projectId: 1 });
    open({ projectId: 2 });
    fail('gitlabFor a', 'credential-unknown');
    await ingress.poll();
    expect(await ingress.tasks()).toEqual([`review~2~3~${HEAD}`]);
    expect(await ingress.storage.pollers.get('gitlab~a~team-a')).toMatchObject({ code: 'credential-unknown' });
    expect(await ingress.storage.pollers.get('gitlab~b~team-b')).toMatchObject({ failures: 0 });
  });
});

it('lets a bug in one group through to the host when the others are done', async () => {
  const teams = ['a', 'b'].map((team, index) => ({
    binding: { ...aReviewedBinding(), jiraProject: team.toUpperCase(), repo: `team-${team}/app` },
    projectId: index + 1,
  }));
  ingress = await started({ bindings: teams });
  open({ projectId: 2 });
  ingress.outside.failures.set('gitlab.listMergeRequests 1', new RangeError('bug'));
  await expect(ingress.poll()).rejects.toThrow('bug');
  expect(await ingress.tasks()).toEqual([`review~2~3~${HEAD}`]);
});

it('keeps the place of a group while one of its repositories cannot be looked up', async () => {
  const binding = { ...aReviewedBinding(), jiraProject: 'OPS', repo: 'group/ops' };
  const quarantine = { reason: 'unreachable' as const, hint: '', since: 0, retryAt: 0 };
  const project = { projectId: 7, cloneUrl: '', webUrl: '' };
  ingress = await started({
    entries: [
      { state: 'ready', binding: aReviewedBinding(), project },
      { state: 'quarantined', binding, quarantine },
    ],
  });
  const before = (await ingress.storage.watermarks.find(GROUP))?.value;
  open();
  await ingress.poll();
  expect(await ingress.tasks()).toEqual([`review~7~3~${HEAD}`]);
  expect((await ingress.storage.watermarks.find(GROUP))?.value).toBe(before);
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { BUILT_IN_DEFAULTS } from '../../shared/domain/mapping/defaults.ts';
import { DAY } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { upsertReportNote } from '../../shared/services/notifications/report-note.ts';
import { createRegistry } from '../../shared/services/projects/create-registry.ts';
import { clientOf, startTwoTeams } from '../../test/doubles/gitlab-environment.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import type { SandboxGitLab } from './server/start-sandbox-gitlab.ts';

const clock = createSteppedClock();
let sandbox: SandboxGitLab;
let ada: ReturnType<SandboxGitLab['as']>;

beforeAll(async () => {
  sandbox = await startTwoTeams({ clock });
  ada = sandbox.as('ada');
});
afterAll(() => sandbox.close());

async function openOn(branch: string) {
  await ada.push('group/app', { branch, files: { [branch]: '1\n' } });
  return ada.openMergeRequest('group/app', { sourceBranch: branch, title: branch });
}

describe('a merge request in the sandbox', () => {
  it('follows its source branch, keeps its base, and says so in a system note', async () => {
    const mergeRequest = await openOn('follow');
    const { baseSha, headSha } = mergeRequest.diffRefs;
    await sandbox.as('mia').push('group/app', { branch: 'main', files: { elsewhere: 'x' } });
    expect(mergeRequest.diffRefs).toMatchObject({ baseSha, headSha });
    const pushed = await ada.push('group/app', { branch: 'follow', files: { follow: '2\n' } });
    expect(mergeRequest.diffRefs).toMatchObject({ baseSha, headSha: pushed });
    expect(mergeRequest.diffRefs.startSha).not.toBe(baseSha);
    const notes = await clientOf(sandbox).listNotes(mergeRequest.project.id, mergeRequest.iid);
    expect(notes).toMatchObject([{ system: true, body: 'added 1 commit' }]);
  });

  it('follows a branch whose history was replaced', async () => {
    const mergeRequest = await openOn('replaced');
    const pushed = await ada.push('group/app', { branch: 'replaced', from: 'main', files: { replaced: 'new\n' } });
    expect(mergeRequest.headSha).toBe(pushed);
  });

  it('stands still at a minute after a note, and moves at once by a push', async () => {
    const mergeRequest = await openOn('throttle');
    const opened = mergeRequest.updatedAt;
    clock.time += 59_000;
    ada.note('group/app', mergeRequest.iid, 'Too soon to be seen');
    expect(mergeRequest.updatedAt).toBe(opened);
    clock.time += 1000;
    const note = ada.note('group/app', mergeRequest.iid, 'Seen');
    expect(mergeRequest.updatedAt).toBe(opened + 60_000);
    clock.time += 60_000;
    ada.deleteNote('group/app', mergeRequest.iid, note.id);
    expect(mergeRequest.updatedAt).toBe(opened + 60_000);
    await ada.push('group/app', { branch: 'throttle', files: { throttle: '2\n' } });
    expect(mergeRequest.updatedAt).toBe(opened + 120_000);
  });

  it('has no diff refs while it is prepared', async () => {
    const mergeRequest = await openOn('slow');
    mergeRequest.unpreparedReads = 1;
    const gitlab = clientOf(sandbox);
    expect((await gitlab.getMergeRequest(mergeRequest.project.id, mergeRequest.iid)).diffRefs).toBeUndefined();
    expect((await gitlab.getMergeRequest(mergeRequest.project.id, mergeRequest.iid)).diffRefs).toBeDefined();
  });

  it('is opened once of two attempts at the same moment', async () => {
    await ada.push('group/app', { branch: 'twice', files: { twice: 'x' } });
    const attempts = await Promise.allSettled([openAgain('twice'), openAgain('twice')]);
    expect(attempts.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('with a conflict cannot be merged and stays open', async () => {
    await ada.push('group/app', { branch: 'conflict', files: { 'README.md': 'mine\n' } });
    const { iid } = await openAgain('conflict');
    await sandbox.as('mia').push('group/app', { branch: 'main', files: { 'README.md': 'yours\n' } });
    await expect(sandbox.as('mia').merge('group/app', iid)).rejects.toMatchObject({ status: 406 });
  });

  it('of a fork has its commits in the target and survives the branch', async () => {
    await ada.fork('group/app', 'ada/app');
    const sha = await ada.push('ada/app', { branch: 'fork-branch', files: { fork: 'x' } });
    const from = { from: 'ada/app', sourceBranch: 'fork-branch', title: 'Fork' };
    const mergeRequest = await ada.openMergeRequest('group/app', from);
    await ada.deleteBranch('ada/app', 'fork-branch');
    const seen = await clientOf(sandbox).getMergeRequest(mergeRequest.project.id, mergeRequest.iid);
    expect(seen).toMatchObject({ headSha: sha, state: 'opened' });
    expect(seen.sourceProjectId).not.toBe(seen.targetProjectId);
    await sandbox.as('mia').merge('group/app', mergeRequest.iid);
    expect(await sandbox.readFile('group/app', 'main', 'fork')).toBe('x');
  });
});

function openAgain(branch: string) {
  return ada.openMergeRequest('group/app', { sourceBranch: branch, title: branch });
}

describe('the events of a project', () => {
  const Events = z.array(z.object({ target_iid: z.int() }));
  const ask = async (query: string) => {
    const response = await fetch(`${sandbox.url}/api/v4/projects/group%2Fapp/events?${query}`, {
      headers: { 'private-token': 'token-ada' },
    });
    return { status: response.status, body: await response.json() };
  };

  it('are those between two days that are left out, newest first unless asked otherwise', async () => {
    clock.time = Date.UTC(2026, 10, 26, 23, 59, 59);
    const iids = [(await openOn('events-1')).iid];
    clock.time = Date.UTC(2026, 10, 27);
    iids.push((await openOn('events-2')).iid);
    clock.time += DAY - 1000;
    iids.push((await openOn('events-3')).iid);
    clock.time = Date.UTC(2026, 10, 28);
    iids.push((await openOn('events-4')).iid);

    const found = async (query: string) => {
      const { body } = await ask(`action=created&target_type=merge_request&${query}`);
      return Events.parse(body).map(({ target_iid }) => iids.indexOf(target_iid) + 1);
    };
    expect(await found('after=2026-11-26')).toEqual([4, 3, 2]);
    expect(await found('after=2026-11-26&before=2026-11-28')).toEqual([3, 2]);
    expect(await found('after=2026-11-25&before=2026-11-28&sort=asc')).toEqual([1, 2, 3]);
    expect(await found('after=2026-11-26&before=2026-11-27')).toEqual([]);
    // Only the day of a time counts.
    expect(await found('after=2026-11-26T00:00:00Z&sort=desc')).toEqual([4, 3, 2]);
    expect((await ask('target_type=issue')).body).toEqual([]);
  });

  it.each([
    ['after=yesterday', 'after is invalid'],
    ['after=', 'after is invalid'],
    ['before=2026-02-30', 'before is invalid'],
    ['before=2026-13-01', 'before is invalid'],
    ['before=1795651200', 'before is invalid'],
    ['sort=up', 'sort does not have a valid value'],
    ['action=accepted', 'action does not have a valid value'],
    ['target_type=MergeRequest', 'target_type does not have a valid value'],
  ])('are refused for %s', async (query, error) => {
    expect(await ask(query)).toEqual({ status: 400, body: { error } });
  });
});

it('report notes are one per purpose, however often they are written', async () => {
  const { project, iid } = await openOn('report');
  const gitlab = clientOf(sandbox);
  ada.note('group/app', iid, '<!-- cmap {"purpose":"progress"} -->');
  for (const text of ['Working.', 'Working.', 'Done.']) {
    await upsertReportNote({ projectId: project.id, iid, marker: { purpose: 'progress' }, text }, { gitlab });
  }
  await upsertReportNote({ projectId: project.id, iid, marker: { purpose: 'summary' }, text: 'Fine.' }, { gitlab });
  const notes = await gitlab.listNotes(project.id, iid);
  expect(notes.map(({ body }) => body.split('\n')[0])).toEqual([
    '<!-- cmap {"purpose":"progress"} -->',
    'Done.',
    'Fine.',
  ]);
});

it('the registry looks each repository up with its own token, in one call each, and none when warm', async () => {
  const bindings = [
    bindingOf('APP', 'group/app', 'a'),
    bindingOf('OPS', 'group/sub/ops', 'b'),
    bindingOf('BAD', 'group/sub/ops', 'a'),
  ];
  const deps = {
    bindings,
    gitlabUrl: sandbox.url,
    gitlabFor: (credentialRef: string) => clientOf(sandbox, { token: `token-${credentialRef}` }),
    cache: createMemoryStorage().projects,
    clock,
    log: silentLog,
  };
  sandbox.requests.clear();
  const registry = createRegistry(deps);
  await registry.start();
  expect(registry.status().map(({ state, quarantine }) => quarantine?.reason ?? state)).toEqual([
    'ready',
    'ready',
    'not-found',
  ]);
  const asked = sandbox.requests.entries.map(({ username, url }) => `${username} ${decodeURIComponent(url)}`);
  expect(asked.sort()).toEqual([
    'project_1_bot_aa /api/v4/projects/group/app',
    'project_1_bot_aa /api/v4/projects/group/sub/ops',
    'project_2_bot_bb /api/v4/projects/group/sub/ops',
  ]);
  sandbox.requests.clear();
  await createRegistry({ ...deps, bindings: bindings.slice(0, 2) }).start();
  expect(sandbox.requests.count()).toBe(0);
});

it('answers a thousand requests at once, every one of them', async () => {
  // All of them wait for the last one, on a slow machine longer than the client does.
  const gitlab = clientOf(sandbox, { timeoutMs: 600_000 });
  const { project, iid } = await openOn('storm');
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => gitlab.createNote(project.id, iid, `${index}`)),
  );
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1000);
  expect(await gitlab.listNotes(project.id, iid)).toHaveLength(1000);
});

function bindingOf(jiraProject: string, repo: string, credentialRef: string): Binding {
  return {
    jiraProject,
    repo,
    targetBranch: 'main',
    credentialRef,
    trigger: { kind: 'status', status: 'Ready' },
    statuses: { inProgress: 'In Progress', inReview: 'In Review', done: 'off' },
    plan: 'off',
    mode: 'live',
    mergeRequest: { labels: [], reviewers: [] },
    protectedPaths: [],
    limits: { ...BUILT_IN_DEFAULTS.limits },
    commit: { ...BUILT_IN_DEFAULTS.commit },
    review: {
      enabled: true,
      onPush: true,
      paths: [],
      skipLabels: [],
      skipTitleWords: [],
      skipBranches: [],
      resolution: 'off',
      minSeverity: 'nit',
      status: 'off',
      bots: {
        mergeRequests: 'skip',
        dependencyUpdates: 'skip',
        authors: [],
        dependencyBranches: [],
        dependencyLabels: [],
      },
    },
    budget: { maxTurns: 1, maxTokens: 1, maxMinutes: 1 },
    branchPrefix: 'agent/',
    repairRounds: 0,
    refusedWork: 'patch',
    allowRefused: 'maintainer',
    mergeTarget: 'off',
    repairPipelines: 'off',
    ticketFields: [],
    attachments: 'off',
    skills: 'off',
  };
}

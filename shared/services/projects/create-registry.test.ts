import { describe, expect, it, vi } from 'vitest';
import { aReviewBinding, aRoute, someRoutes } from '../../../test/builders/bindings.ts';
import { aProject } from '../../../test/builders/gitlab.ts';
import { countRows } from '../../../test/doubles/count-rows.ts';
import { createMemoryLog } from '../../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../../test/doubles/stepped-clock.ts';
import { HttpStatusError, toTaskError } from '../../adapters/http/http-failure.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { resolveBinding } from '../../domain/mapping/source/resolve-binding.ts';
import type { Project } from '../../domain/ports/gitlab.ts';
import { DAY, HOUR, MINUTE } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { createRegistry } from './create-registry.ts';

function aBindingFor(jira_project: string, repo: string, credential_ref = 'default'): Binding {
  return resolveBinding({ jira_project, repo, credential_ref });
}

type Answer = Partial<Project> | Error | undefined;

interface FixtureOptions {
  /** Paths of the repositories in each list of a group; without it no group can be listed. */
  listed?: (groupPath: string) => string[] | Error;
  /** Waited for before a single repository is answered. */
  answerAfter?: (path: string) => Promise<void>;
}

/** A GitLab where each credential is asked for repositories; `answers` says what it finds, in order. */
function createFixture(bindings: Binding[], answers: Record<string, Answer[]> = {}, options: FixtureOptions = {}) {
  const { listed = () => new TaskError('gitlab-not-found'), answerAfter = () => new Promise(setImmediate) } = options;
  const lookups: string[] = [];
  const lists: string[] = [];
  const log = createMemoryLog();
  const clock = createSteppedClock(1_000_000);
  let atOnce = 0;
  let most = 0;
  const ids = new Map<string, number>();
  const idOf = (path: string) => {
    const id = ids.get(path) ?? 100 + ids.size;
    ids.set(path, id);
    return id;
  };
  const storage = createMemoryStorage();
  const cache = storage.projects;
  /** Paths of projects that were renamed, by id. */
  const moved = new Map<number, string>();
  /** Credentials that cannot be read, by ref. */
  const withheld = new Map<string, TaskError>();
  const deps = {
    async confirmCredential(credentialRef: string) {
      const failure = withheld.get(credentialRef);
      if (failure) throw failure;
    },
    bindings,
    gitlabUrl: 'https://gitlab.example.com',
    cache,
    clock,
    log,
    gitlabFor(credentialRef: string) {
      if (credentialRef === 'unknown') throw new TaskError('credential-unknown');
      const failure = withheld.get(credentialRef);
      if (failure) throw failure;
      return {
        async getProject(id: number) {
          const path = moved.get(id);
          if (path === undefined) throw new TaskError('gitlab-not-found');
          return aProject({ id, path, cloneUrl: `https://gitlab.example.com/${path}.git` });
        },
        async findProject(path: string) {
          lookups.push(`${credentialRef} ${path}`);
          atOnce += 1;
          most = Math.max(most, atOnce);
          await answerAfter(path);
          atOnce -= 1;
          const answer = answers[path] ? answers[path].shift() : {};
          if (answer instanceof Error) throw answer;
          if (!answer) return undefined;
          return aProject({ id: idOf(path), path, cloneUrl: `https://gitlab.example.com/${path}.git`, ...answer });
        },
        async listProjects(groupPath: string, page: number) {
          lists.push(`${credentialRef} ${groupPath} ${page}`);
          const paths = listed(groupPath);
          if (paths instanceof Error) throw paths;
          const projects = paths
            .slice((page - 1) * 100, page * 100)
            .map((path) => aProject({ id: idOf(path), path, cloneUrl: `https://gitlab.example.com/${path}.git` }));
          return { projects, hasNext: page * 100 < paths.length };
        },
      };
    },
  };
  return {
    deps,
    withheld,
    moved,
    lookups,
    lists,
    lines: log.lines,
    cache,
    requests: countRows(storage.parts.rows.state),
    most: () => most,
    registry: createRegistry(deps),
    later(ms: number) {
      clock.time += ms;
    },
  };
}

const two = [aBindingFor('APP', 'group/app', 'team_a'), aBindingFor('OPS', 'group/ops')];

describe('registry', () => {
  it('names a binding that this release refuses as quarantined, without a request', async () => {
    const [app, ops] = two as [Binding, Binding];
    const { deps, lookups } = createFixture([app]);
    const problems = [{ where: 'mappings.OPS', message: 'trigger "In Review" is the status the agent sets itself' }];
    const registry = createRegistry({ ...deps, withheld: [{ binding: ops, problems }] });
    await registry.start();
    expect(lookups).toEqual(['team_a group/app']);
    const hint = expect.stringMatching(/trigger "In Review" is the status.*Mend it in the map and reload\.$/);
    const quarantine = expect.objectContaining({ reason: 'map-refused', hint });
    expect(registry.status()).toMatchObject([
      { jiraProject: 'APP', state: 'ready' },
      { jiraProject: 'OPS', repo: 'group/ops', state: 'quarantined', quarantine },
    ]);
    expect(await registry.byJira('OPS')).toMatchObject({ state: 'quarantined', quarantine });
  });

  it('knows each route of a project for itself, and quarantines only the one that cannot be reached', async () => {
    const routed = someRoutes([aRoute('web'), aRoute('api', { credential_ref: 'api_team' })], { repo: 'group/rest' });
    const { registry, lines, lookups } = createFixture(routed, { 'group/api': [undefined] });
    await registry.start();
    expect(lookups).toEqual(['default group/rest', 'default group/web', 'api_team group/api']);
    expect(await registry.byJira('proj')).toMatchObject({ state: 'ready', binding: { repo: 'group/rest' } });
    expect(await registry.byJira('PROJ', 'web')).toMatchObject({ state: 'ready', binding: { repo: 'group/web' } });
    expect(await registry.byJira('PROJ', 'api')).toMatchObject({ state: 'quarantined' });
    expect(await registry.byJira('PROJ', 'gone')).toBeUndefined();
    expect(registry.status()).toMatchObject([
      { jiraProject: 'PROJ', repo: 'group/rest' },
      { jiraProject: 'PROJ', route: 'web', state: 'ready' },
      { jiraProject: 'PROJ', route: 'api', state: 'quarantined' },
    ]);
    const logged = lines.filter(({ event }) => event === 'binding').map(({ fields }) => fields?.['route']);
    expect(logged.toSorted()).toEqual(['api', 'web', undefined]);
  });

  it('says of no two routes of one project that they share a repository', async () => {
    const mono = { repo: 'group/mono' };
    const { registry, lines } = createFixture(someRoutes([aRoute('web', mono), aRoute('api', mono)]));
    await registry.start();
    expect(lines.filter(({ event }) => event === 'bindings share a project')).toEqual([]);
    expect(await registry.byProjectId(100)).toMatchObject({ binding: { route: { name: 'web' } } });
  });

  it('answers for every route of a project that is withheld', async () => {
    const [web] = someRoutes([aRoute('web')]);
    if (!web) throw new Error('no route');
    const { deps } = createFixture([]);
    const registry = createRegistry({ ...deps, withheld: [{ binding: web, problems: [] }] });
    for (const route of [undefined, 'web', 'other'])
      expect(await registry.byJira('PROJ', route)).toMatchObject({ quarantine: { reason: 'map-refused' } });
  });

  it('quarantines a binding whose image no runner has, by itself, without a request and until it has one', async () => {
    const [app, ops] = two as [Binding, Binding];
    const { deps, lookups } = createFixture([]);
    const bindings = [{ ...app, image: 'rust' }, ops, { ...ops, jiraProject: 'PY', image: 'python' }];
    const registry = createRegistry({ ...deps, bindings, runnerImages: { names: ['python'] } });
    const hint =
      'The binding names the image rust, for which this deployment has no runner (it has runners for python): add rust to runner_images of the deployment, or correct `image` in the map and reload.';
    expect(await registry.list()).toMatchObject([
      { state: 'quarantined', quarantine: { reason: 'image-unknown', hint } },
      { state: 'ready' },
      { state: 'ready' },
    ]);
    expect(lookups).toEqual(['default group/ops', 'default group/ops']);

    const unknowing = createRegistry({ ...deps, bindings });
    const told = expect.stringContaining('(it has runners for no image by name)');
    expect(await unknowing.byJira('PY')).toMatchObject({ state: 'quarantined', quarantine: { hint: told } });
    const trial = createRegistry({ ...deps, bindings, runnerImages: { names: [], servesAny: true } });
    expect((await trial.list()).map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
  });

  it("looks each repository up with its binding's own credential and no other", async () => {
    const { registry, lookups } = createFixture(two);
    await registry.start();
    expect(lookups).toEqual(['team_a group/app', 'default group/ops']);
  });

  it('answers by Jira project and by GitLab project', async () => {
    const { registry } = createFixture(two);
    expect(await registry.byJira('ops')).toMatchObject({
      state: 'ready',
      binding: { jiraProject: 'OPS' },
      project: { projectId: 100, cloneUrl: 'https://gitlab.example.com/group/ops.git', defaultBranch: 'main' },
    });
    expect(await registry.byProjectId(101)).toMatchObject({ binding: { jiraProject: 'APP' } });
    expect(await registry.byJira('NONE')).toBeUndefined();
    expect(await registry.byProjectId(7777)).toBeUndefined();
  });

  it('looks up only what it is asked for', async () => {
    const { registry, lookups } = createFixture(two);
    await registry.byJira('OPS');
    expect(lookups).toEqual(['default group/ops']);
    expect(registry.status().map(({ state }) => state)).toEqual(['pending', 'ready']);
  });

  it('asks once, however many callers want it at the same moment and later', async () => {
    const { registry, lookups } = createFixture(two);
    await Promise.all([registry.start(), registry.byJira('APP'), registry.list(), registry.byProjectId(100)]);
    await registry.list();
    expect(lookups).toHaveLength(2);
  });

  it('asks GitLab nothing on a warm start', async () => {
    const { registry, deps, lookups } = createFixture(two);
    await registry.start();
    lookups.length = 0;
    const warm = createRegistry(deps);
    await warm.start();
    expect(lookups).toEqual([]);
    expect((await warm.list()).map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('does not let another credential profit from what one has seen', async () => {
    const { deps, lookups } = createFixture(two);
    await createRegistry(deps).start();
    lookups.length = 0;
    await createRegistry({ ...deps, bindings: [aBindingFor('APP', 'group/app', 'team_b')] }).start();
    expect(lookups).toEqual(['team_b group/app']);
  });

  it('reads what is known of a thousand repositories in one request, and only where that is asked for', async () => {
    const bindings = Array.from({ length: 1000 }, (_, index) => aBindingFor(`P${index}`, `group/app-${index}`));
    const { deps, lookups } = createFixture(bindings);
    await createRegistry(deps).start();
    lookups.length = 0;
    const requests: string[] = [];
    const cache = {
      ...deps.cache,
      async find(key: string) {
        requests.push('find');
        return deps.cache.find(key);
      },
      async list() {
        requests.push('list');
        return deps.cache.list();
      },
    };
    const log = createMemoryLog();
    const warm = createRegistry({ ...deps, cache, log });
    expect(await warm.byProjectId(1099)).toMatchObject({ binding: { jiraProject: 'P999' } });
    await warm.list();
    expect(requests).toEqual(['list']);
    expect(log.lines).toMatchObject([{ event: 'binding', fields: { jiraProject: 'P999' } }]);

    requests.length = 0;
    await createRegistry({ ...deps, cache, log }).byJira('P7');
    expect(requests).toEqual(['find']);
    expect(lookups).toEqual([]);
  });

  it('reads them one by one where they cannot be read at once', async () => {
    const bindings = Array.from({ length: 20 }, (_, index) => aBindingFor(`P${index}`, `group/app-${index}`));
    const { deps, lookups } = createFixture(bindings);
    await createRegistry(deps).start();
    lookups.length = 0;
    const cache = { ...deps.cache, list: () => Promise.reject(new TaskError('storage-unavailable')) };
    const entries = await createRegistry({ ...deps, cache }).list();
    expect(entries.every(({ state }) => state === 'ready')).toBe(true);
    expect(lookups).toEqual([]);
  });

  it.each(['gitlab-unavailable', 'gitlab-rate-limited'] as const)(
    'goes on with what it knew when GitLab answers %s at the time to look again',
    async (code) => {
      const { deps, later, lines } = createFixture(two, { 'group/ops': [{}, new TaskError(code)] });
      await createRegistry(deps).start();
      later(8 * DAY);
      expect(await createRegistry(deps).byJira('OPS')).toMatchObject({ state: 'ready', project: { projectId: 101 } });
      expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'repository not looked up' }));
    },
  );

  it('does not look all of them up again in the same hour of the next day', async () => {
    const bindings = Array.from({ length: 60 }, (_, index) => aBindingFor(`P${index}`, `group/app-${index}`));
    const { deps, lookups, later } = createFixture(bindings);
    await createRegistry(deps).start();
    const again: number[] = [];
    later(DAY - HOUR);
    for (let hour = 0; hour < 8; hour += 1) {
      later(HOUR);
      lookups.length = 0;
      await createRegistry(deps).list();
      again.push(lookups.length);
    }
    expect(again.reduce((sum, count) => sum + count)).toBe(60);
    expect(Math.max(...again)).toBeLessThan(25);
  });

  it('forgets after a week', async () => {
    const { deps, lookups, later } = createFixture(two);
    await createRegistry(deps).start();
    later(8 * 24 * 60 * MINUTE);
    await createRegistry(deps).start();
    expect(lookups).toHaveLength(4);
  });

  it('looks at most eight up at once', async () => {
    const many = Array.from({ length: 40 }, (_, index) => aBindingFor(`P${index}`, `group/p${index}`));
    const fixture = createFixture(many);
    await fixture.registry.start();
    expect(fixture.lookups).toHaveLength(40);
    expect(fixture.most()).toBe(8);
  });

  it.each<{ name: string; answer: Answer; reason: string; status?: number }>([
    { name: 'unknown', answer: undefined, reason: 'not-found', status: 404 },
    { name: 'forbidden', answer: failure(403), reason: 'forbidden', status: 403 },
    { name: 'a dead token', answer: failure(401), reason: 'unauthorized', status: 401 },
    { name: 'throttled', answer: failure(429), reason: 'rate-limited', status: 429 },
    { name: 'down', answer: failure(503), reason: 'unreachable', status: 503 },
    { name: 'no connection', answer: new TaskError('gitlab-unavailable'), reason: 'unreachable' },
    { name: 'odd', answer: failure(418), reason: 'refused', status: 418 },
    { name: 'archived', answer: { archived: true }, reason: 'archived' },
    { name: 'empty', answer: { emptyRepository: true }, reason: 'empty' },
    { name: 'elsewhere', answer: { cloneUrl: 'https://evil.test/a.git' }, reason: 'foreign-clone-url' },
    { name: 'a bug', answer: new TypeError('x is not a function'), reason: 'unexpected' },
  ])('a repository that is $name quarantines its own binding and no other', async ({ answer, reason, status }) => {
    const { registry, lines } = createFixture(two, { 'group/app': [answer] });
    await registry.start();
    const [app, ops] = registry.status();
    expect(app).toMatchObject({ jiraProject: 'APP', state: 'quarantined', quarantine: { reason } });
    expect(app?.quarantine?.status).toBe(status);
    expect(app?.quarantine?.hint).toMatch(/\w+\.$/);
    expect(ops).toMatchObject({ jiraProject: 'OPS', state: 'ready' });
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('an unknown credential quarantines its binding', async () => {
    const { registry } = createFixture([aBindingFor('APP', 'group/app', 'unknown')]);
    expect(await registry.byJira('APP')).toMatchObject({ quarantine: { reason: 'credential-unknown' } });
  });

  it('looks a quarantined repository up again when it is due, not before', async () => {
    const { registry, lookups, later } = createFixture(two, { 'group/app': [undefined, undefined, {}] });
    await registry.start();
    await registry.byJira('APP');
    later(4 * MINUTE);
    await registry.list();
    expect(lookups.filter((line) => line.endsWith('app'))).toHaveLength(1);
    later(MINUTE);
    expect(await registry.byJira('APP')).toMatchObject({ state: 'quarantined', quarantine: { since: 1_000_000 } });
    later(5 * MINUTE);
    expect(await registry.byJira('APP')).toMatchObject({ state: 'ready' });
    later(60 * MINUTE);
    await registry.list();
    expect(lookups.filter((line) => line.endsWith('app'))).toHaveLength(3);
  });

  it('goes on without a cache that is down', async () => {
    const { deps } = createFixture(two);
    const down = async () => {
      throw new TaskError('storage-unavailable');
    };
    const registry = createRegistry({ ...deps, cache: { find: down, put: down, putAll: down, list: down } });
    expect((await registry.list()).map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('lets the first binding in the map speak for a shared project, and says so', async () => {
    const shared = [aBindingFor('ONE', 'group/app', 'team_a'), aBindingFor('TWO', 'group/app', 'team_b')];
    const { registry, lines } = createFixture(shared);
    await registry.start();
    expect(await registry.byProjectId(100)).toMatchObject({ binding: { jiraProject: 'ONE' } });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { speaker: 'ONE', binding: 'TWO' } });
  });

  it('lets one with a Jira project speak where the same project is bound without one, by another path', async () => {
    const alone = { ...aReviewBinding({ repo: 'group/app' }), credentialRef: 'team_a' };
    const { registry, lines } = createFixture([alone, aBindingFor('TWO', 'group/app', 'team_b')]);
    await registry.start();
    expect(await registry.byProjectId(100)).toMatchObject({ binding: { jiraProject: 'TWO' } });
    expect(lines.at(-1)).toMatchObject({ level: 'warn', fields: { speaker: 'TWO', binding: 'group/app' } });
    expect(registry.status()[0]).not.toHaveProperty('jiraProject');
  });

  it('starts with one line per binding that names the credential and never a value', async () => {
    const { registry, lines } = createFixture(two);
    await registry.start();
    expect(lines.map(({ fields }) => fields)).toEqual([
      expect.objectContaining({ jiraProject: 'APP', repo: 'group/app', credentialRef: 'team_a', credential: 'named' }),
      expect.objectContaining({ jiraProject: 'OPS', targetBranch: 'main', credential: 'default', state: 'ready' }),
    ]);
  });
});

function failure(status: number): TaskError {
  return toTaskError('gitlab', new HttpStatusError('GET', 'projects/x', status));
}

describe('a credential that cannot be read', () => {
  it.each([
    { code: 'key-vault-forbidden', reason: 'credential-forbidden' },
    { code: 'key-vault-unavailable', reason: 'credential-unavailable' },
    { code: 'credential-unknown', reason: 'credential-unknown' },
  ] as const)(
    '$code quarantines its bindings in a cold process, known repositories included',
    async ({ code, reason }) => {
      const warm = createFixture(two);
      await warm.registry.start();
      warm.withheld.set('team_a', new TaskError(code));
      const cold = createRegistry(warm.deps);
      expect(await cold.list()).toMatchObject([{ state: 'quarantined', quarantine: { reason } }, { state: 'ready' }]);
    },
  );

  it('is seen in a warm process by who asks for confirmation, and its bindings come back', async () => {
    const { registry, withheld, later } = createFixture(two);
    await registry.start();
    withheld.set('team_a', new TaskError('key-vault-forbidden', { detail: 'The secret is disabled: enable it.' }));
    expect((await registry.list()).map(({ state }) => state)).toEqual(['ready', 'ready']);
    expect((await registry.list({ confirmCredentials: true })).map(({ state }) => state)).toEqual([
      'quarantined',
      'ready',
    ]);
    expect(registry.status()).toMatchObject([{ quarantine: { reason: 'credential-forbidden' } }, { state: 'ready' }]);
    withheld.clear();
    later(5 * MINUTE);
    expect((await registry.list()).map(({ state }) => state)).toEqual(['ready', 'ready']);
  });
});

it('a renamed project whose old path is gone is found by its id, with its new address', async () => {
  const { deps, registry, moved, later } = createFixture(two, { 'group/app': [{}, undefined] });
  const before = await registry.byJira('APP');
  if (before?.state !== 'ready') throw new Error('not ready');
  moved.set(before.project.projectId, 'group/renamed');
  later(2 * DAY);
  const after = await createRegistry(deps).byJira('APP');
  expect(after).toMatchObject({
    state: 'ready',
    project: { projectId: before.project.projectId, cloneUrl: 'https://gitlab.example.com/group/renamed.git' },
  });
});

it('a project that was transferred is seen by a process that goes on, within a day and a quarter', async () => {
  const { registry, later, lookups } = createFixture(two, { 'group/app': [{}, { path: 'new/app' }] });
  const pathOf = async () => {
    const entry = await registry.byJira('APP');
    return entry?.state === 'ready' ? entry.project.path : entry?.state;
  };
  expect(await pathOf()).toBe('group/app');
  later(DAY - MINUTE);
  expect(await pathOf()).toBe('group/app');
  later(6 * HOUR + MINUTE);
  expect(await pathOf()).toBe('new/app');
  await pathOf();
  expect(lookups).toHaveLength(2);
});

it('a process that goes on keeps what it knew while GitLab is away, and asks again after minutes', async () => {
  const away = new TaskError('gitlab-unavailable');
  const { registry, later, lookups } = createFixture(two, { 'group/app': [{}, away, { path: 'new/app' }] });
  await registry.byJira('APP');
  later(2 * DAY);
  expect(await registry.byJira('APP')).toMatchObject({ state: 'ready', project: { path: 'group/app' } });
  await registry.byJira('APP');
  expect(lookups).toHaveLength(2);
  later(5 * MINUTE);
  expect(await registry.byJira('APP')).toMatchObject({ state: 'ready', project: { path: 'new/app' } });
});

it('a project that is gone by path and by id is quarantined', async () => {
  const { deps, registry, later } = createFixture(two, { 'group/app': [{}, undefined] });
  await registry.byJira('APP');
  later(2 * DAY);
  expect(await createRegistry(deps).byJira('APP')).toMatchObject({ quarantine: { reason: 'not-found' } });
});

describe('a thousand bindings', () => {
  const paths = Array.from({ length: 1000 }, (_, index) => `group/sub-${index % 3}/app-${index}`);
  const thousand = paths.map((path, index) => aBindingFor(`P${index}`, path));

  it('of one group are looked up by ten lists, and remembered by ten writes', async () => {
    const { registry, lists, lookups, requests } = createFixture(thousand, {}, { listed: () => paths });
    await registry.start();
    expect(lists).toEqual(Array.from({ length: 10 }, (_, page) => `default group ${page + 1}`));
    expect(lookups).toEqual([]);
    expect(requests.counts()).toMatchObject({ find: 0, list: 1, write: 10 });
    expect(registry.status().every(({ state }) => state === 'ready')).toBe(true);
  });

  it.each([10, 100, 1000])('cost a process that begins one request for the one it works on: %i', async (count) => {
    const bindings = thousand.slice(0, count);
    const { deps, registry, requests, lookups, lists } = createFixture(bindings, {}, { listed: () => paths });
    await registry.start();
    lists.length = 0;
    requests.reset();
    const log = createMemoryLog();
    const process = createRegistry({ ...deps, log });
    const projectId = 100 + count - 1;
    expect(await process.byProjectId(projectId)).toMatchObject({ binding: { jiraProject: `P${count - 1}` } });
    expect((await process.listOfProject(projectId)).map(({ binding }) => binding.jiraProject)).toEqual([
      `P${count - 1}`,
    ]);
    expect(requests.counts()).toMatchObject({ find: 0, list: 1, write: 0 });
    expect(log.lines).toHaveLength(1);
    expect([...lists, ...lookups]).toEqual([]);
  });

  it('of as many groups are asked for one by one, within what GitLab allows in a minute', async () => {
    const alone = paths.map((_, index) => aBindingFor(`P${index}`, `group-${index}/app`));
    const { registry, lookups, lists, deps } = createFixture(alone);
    const startedAt = deps.clock.time;
    await registry.start();
    expect(lists).toEqual([]);
    expect(lookups).toHaveLength(1000);
    expect(deps.clock.time - startedAt).toBe(3 * MINUTE);
    expect(registry.status().every(({ state }) => state === 'ready')).toBe(true);
  });

  it('keep no event waiting whose project says where it stands, nor one of a ticket', async () => {
    const release = Promise.withResolvers<void>();
    const wanted = ['group/sub-0/app-999', 'group/sub-2/app-500'];
    const answerAfter = (path: string) => (wanted.includes(path) ? Promise.resolve() : release.promise);
    const { registry, lookups } = createFixture(thousand, {}, { answerAfter });
    const started = registry.start();
    await vi.waitFor(() => expect(lookups).toHaveLength(8));
    expect(await registry.byJira('P500')).toMatchObject({ state: 'ready' });
    const id = (await registry.byJira('P999')) as { project: { projectId: number } };
    expect(await registry.byProjectId(id.project.projectId, 'Group/Sub-0/App-999')).toMatchObject({
      binding: { jiraProject: 'P999' },
    });
    release.resolve();
    await started;
  });
});

describe('a group that is listed', () => {
  const paths = Array.from({ length: 12 }, (_, index) => `top/team/app-${index}`);
  const bindings = paths.map((path, index) => aBindingFor(`P${index}`, path));

  it('is the deepest one that holds all of them, and what it does not show is asked for by itself', async () => {
    const { registry, lists, lookups } = createFixture(bindings, {}, { listed: () => paths.slice(2) });
    await registry.start();
    expect(lists).toEqual(['default top/team 1']);
    expect(lookups).toEqual(['default top/team/app-0', 'default top/team/app-1']);
    expect(registry.status().every(({ state }) => state === 'ready')).toBe(true);
  });

  it('is read no further than it may spare, where it has many others', async () => {
    const others = Array.from({ length: 5000 }, (_, index) => `top/other/app-${index}`);
    const { registry, lists, lookups } = createFixture(bindings, {}, { listed: () => [...others, ...paths] });
    await registry.start();
    expect(lists).toHaveLength(2);
    expect(lookups).toHaveLength(12);
  });

  it.each(['gitlab-forbidden', 'gitlab-unavailable'] as const)(
    'and answers %s costs no binding while its repositories answer',
    async (code) => {
      const { registry, lookups } = createFixture(bindings, {}, { listed: () => new TaskError(code) });
      await registry.start();
      expect(new Set(lookups).size).toBe(12);
      expect(registry.status().every(({ state }) => state === 'ready')).toBe(true);
    },
  );

  it('has none of its repositories asked for one by one while GitLab is away', async () => {
    const away = new TaskError('gitlab-unavailable');
    const answers = Object.fromEntries(paths.map((path) => [path, [away]]));
    const { registry, lookups } = createFixture(bindings, answers, { listed: () => away });
    await registry.start();
    expect(lookups).toEqual(['default top/team/app-0']);
    expect(registry.status().every(({ quarantine }) => quarantine?.reason === 'unreachable')).toBe(true);
  });
});

it('every binding of a repository is found by its id, those in quarantine by their path', async () => {
  const bindings = [
    aBindingFor('WEB', 'group/web'),
    aBindingFor('APP', 'group/app'),
    aBindingFor('OLD', 'group/old-name'),
    aBindingFor('SEC', 'Group/App', 'unknown'),
  ];
  const { registry } = createFixture(bindings, { 'group/old-name': [{ id: 7 }], 'group/app': [{ id: 7 }] });
  await registry.list();
  const found = await registry.listOfProject(7);
  expect(found.map(({ binding, state }) => `${binding.jiraProject} ${state}`)).toEqual([
    'APP ready',
    'OLD ready',
    'SEC quarantined',
  ]);
  expect(await registry.listOfProject(8)).toEqual([]);
});

it('a delivery that names the path of another project is answered by its id alone', async () => {
  const { registry } = createFixture(two);
  await registry.list();
  expect(await registry.byProjectId(101, 'group/app')).toMatchObject({ binding: { jiraProject: 'OPS' } });
  expect(await registry.byProjectId(7777, 'group/app')).toBeUndefined();
  const { registry: cold } = createFixture(two);
  expect(await cold.byProjectId(7777, '../../etc|default|x'.repeat(100))).toBeUndefined();
});

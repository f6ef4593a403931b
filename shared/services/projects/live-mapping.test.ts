import { expect, it, vi } from 'vitest';
import { createMemoryArtefacts } from '../../../test/doubles/memory-artefacts.ts';
import { createMemoryRows } from '../../../test/doubles/memory-rows.ts';
import { createAppliedMaps } from '../../adapters/storage/tables/applied-map.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Registry } from './create-registry.ts';
import { createLiveMapping, MappingError } from './live-mapping.ts';

const ONE = '{"mappings":{"PROJ":{"repo":"group/app"}}}';
const TWO = '{"mappings":{"PROJ":{"repo":"group/app","target_branch":"develop"},"OPS":{"repo":"group/ops"}}}';

/** A source, a shared generation, and any number of processes that look at them. */
function aDeployment(text = ONE) {
  const state = { text, generation: 0, now: 0, reads: 0, unreadable: undefined as Error | undefined };
  const applied = createAppliedMaps(createMemoryRows(), createMemoryArtefacts());
  const log = { ...silentLog, warn: vi.fn(), error: vi.fn() };
  const createProcess = () =>
    createLiveMapping({
      readText: async () => {
        state.reads += 1;
        if (state.unreadable) throw state.unreadable;
        return state.text;
      },
      generation: {
        get: async () => state.generation,
        raise: async () => {
          state.generation += 1;
          return state.generation;
        },
      },
      check: async (bindings) =>
        bindings.some(({ credentialRef }) => credentialRef === 'missing')
          ? [{ where: 'mappings.PROJ', message: 'credential missing is not configured' }]
          : [],
      createRegistry: () => ({}) as Registry, // not asked in these tests
      applied,
      clock: { now: () => state.now, sleep: async () => {} },
      log,
    });
  return { state, log, applied, createProcess };
}

const projects = (view: { bindings: { list: readonly { jiraProject: string }[] } }) =>
  view.bindings.list.map(({ jiraProject }) => jiraProject);

it('reads the source once and then only compares the generation', async () => {
  const { state, createProcess } = aDeployment();
  const mapping = createProcess();

  await mapping.current();
  state.now = 5000;
  await mapping.current();

  expect(state.reads).toBe(1);
});

it('answers what a reload added and changed, and every other process follows', async () => {
  const { state, createProcess } = aDeployment();
  const [one, other] = [createProcess(), createProcess()];
  await Promise.all([one.current(), other.current()]);
  state.text = TWO;

  expect(await one.reload()).toEqual({
    diff: { added: ['OPS'], removed: [], changed: [{ jiraProject: 'PROJ', fields: ['target_branch'] }] },
    generation: 1,
  });
  state.now = 1000;
  expect(projects(await other.current())).toEqual(['PROJ', 'OPS']);
});

it('warns once per reload that issues may start again', async () => {
  const { log, createProcess } = aDeployment();

  await createProcess().reload();

  expect(log.warn).toHaveBeenCalledExactlyOnceWith('issue deduplication reset by reload', { generation: 1 });
});

it('refuses a bad map and keeps the old one', async () => {
  const { state, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  state.text = '{"mappings":{"PROJ":{"repo":"nowhere"}}}';

  expect(await mapping.reload()).toMatchObject({ problems: [{ where: 'mappings.PROJ' }] });
  expect(state.generation).toBe(0);
  expect(projects(await mapping.current())).toEqual(['PROJ']);
});

it('keeps the old map when another process reloaded and the source turned bad since', async () => {
  const { state, log, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  state.text = 'bindings: []';
  state.generation = 1;
  state.now = 1000;

  expect(projects(await mapping.current())).toEqual(['PROJ']);
  expect(log.error).toHaveBeenCalledOnce();
});

it.each([
  { name: 'storage does not answer', error: new TaskError('storage-unavailable') },
  { name: 'the file is not there', error: Object.assign(new Error('no such file'), { code: 'ENOENT' }) },
  { name: 'the source cannot be read', error: new MappingError([{ where: 'SOURCE', message: 'could not be read' }]) },
])('follows a reload as soon as it can when $name at first', async ({ error }) => {
  const { state, log, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  Object.assign(state, { text: TWO, generation: 1, now: 1000, unreadable: error });

  // What health shows says that this process has not followed.
  expect(await mapping.current()).toMatchObject({ generation: 0 });
  state.unreadable = undefined;
  state.now = 2000;
  const view = await mapping.current();
  expect(projects(view)).toEqual(['PROJ', 'OPS']);
  expect(view.generation).toBe(1);
  expect(log.error).toHaveBeenCalledOnce();
});

it('asks less and less often for a map it cannot use, says so now and then, and takes it when it is mended', async () => {
  const { state, log, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  Object.assign(state, { text: 'bindings: []', generation: 1, reads: 0 });
  for (state.now = 1000; state.now <= 3_600_000; state.now += 1000) await mapping.current();

  expect(state.reads).toBeLessThan(70);
  expect(log.error.mock.calls.length).toBeLessThan(7);
  expect((await mapping.current()).generation).toBe(0);
  state.text = TWO;
  state.now += 60_000;
  expect(await mapping.current()).toMatchObject({ generation: 1 });
});

it('tries the map of the next reload at once', async () => {
  const { state, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  Object.assign(state, { text: 'bindings: []', generation: 1 });
  for (state.now = 1000; state.now <= 600_000; state.now += 1000) await mapping.current();
  Object.assign(state, { text: TWO, generation: 2 });
  expect(await mapping.current()).toMatchObject({ generation: 2 });
});

it('lists every problem when there has never been a good map', async () => {
  const { createProcess } = aDeployment('{"mappings":{"PROJ":{"repo":"group/app","credential_ref":"missing"}}}');

  await expect(createProcess().current()).rejects.toThrow(MappingError);
  await expect(createProcess().current()).rejects.toThrow('mappings.PROJ: credential missing is not configured');
});

it('loads once for calls that arrive together', async () => {
  const { state, createProcess } = aDeployment();
  const mapping = createProcess();

  const [one, other] = await Promise.all([mapping.current(), mapping.current()]);

  expect(state.reads).toBe(1);
  expect(one).toBe(other);
});

const ADDED = { added: ['OPS'], removed: [], changed: [{ jiraProject: 'PROJ', fields: ['target_branch'] }] };

it('compares with the map in use when the process that answers started after the source had changed', async () => {
  const { state, createProcess } = aDeployment();
  await createProcess().current();
  state.text = TWO;
  const cold = createProcess();
  await cold.current();

  expect(await cold.reload()).toEqual({ diff: ADDED, generation: 1 });
});

it('compares with the last reload, not with the first map', async () => {
  const { state, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  state.text = TWO;
  await mapping.reload();
  state.text = ONE;

  expect(await createProcess().reload()).toMatchObject({ diff: { added: [], removed: ['OPS'] }, generation: 2 });
});

it('changes nothing in a dry run', async () => {
  const { state, log, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  state.text = TWO;

  expect(await mapping.reload({ dryRun: true })).toEqual({ diff: ADDED, generation: 0 });
  expect(projects(await mapping.current())).toEqual(['PROJ']);
  expect(log.warn).not.toHaveBeenCalled();
  expect(await mapping.reload()).toEqual({ diff: ADDED, generation: 1 });
});

it('puts a map to use although it could not be recorded', async () => {
  const { state, log, applied, createProcess } = aDeployment();
  const mapping = createProcess();
  await mapping.current();
  state.text = TWO;
  vi.spyOn(applied, 'record').mockRejectedValueOnce(new TaskError('storage-unavailable'));

  expect(await mapping.reload()).toEqual({ diff: ADDED, generation: 1 });
  expect(projects(await mapping.current())).toEqual(['PROJ', 'OPS']);
  expect(log.warn).toHaveBeenCalledWith('project map not recorded', expect.anything());
});

it('answers a bad map with its problems also where there has never been a good one', async () => {
  const { createProcess } = aDeployment('not a map');

  expect(await createProcess().reload()).toMatchObject({ problems: [{ where: 'mapping' }] });
});

it('never records an older map over a newer one', async () => {
  const { applied } = aDeployment();
  await applied.record({ generation: 2, json: TWO });
  await applied.record({ generation: 1, json: ONE });

  expect(await applied.find()).toEqual({ generation: 2, json: TWO });
});

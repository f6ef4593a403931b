import { describe, expect, it, vi } from 'vitest';
import { createMemoryStorage } from '../../../test/doubles/memory-storage.ts';
import { TaskError } from '../../kernel/errors.ts';
import { silentLog } from '../../kernel/log.ts';
import type { Registry } from './create-registry.ts';
import { createLiveMapping, type MappingView } from './live-mapping.ts';
import { MappingError } from './mapping-error.ts';

const ONE = '{"mappings":{"PROJ":{"repo":"group/app"}}}';
const TWO = '{"mappings":{"PROJ":{"repo":"group/app","target_branch":"develop"},"OPS":{"repo":"group/ops"}}}';
const STAND_IN = '{"mappings":{"OLD":{"repo":"group/old"}}}';
const BAD = '{"mappings":{"PROJ":{"repo":"nowhere"}}}';

/** A source, storage, and any number of processes that look at them. */
function aDeployment(text = ONE) {
  const state = {
    text,
    now: 0,
    reads: 0,
    /** Times a source was checked as far as its credentials. */
    checks: 0,
    unreadable: undefined as Error | undefined,
    /** The source does not exist, and a text of the settings may stand in for it. */
    isGone: false,
    /** Refs whose credential is unknown, and those that are withheld. */
    unknown: ['missing'],
    withheld: [] as string[],
  };
  const { appliedMaps: applied, generation } = createMemoryStorage();
  const log = { ...silentLog, warn: vi.fn(), error: vi.fn() };
  const createProcess = (setting?: string, rules?: string) =>
    createLiveMapping({
      readText: async (wasApplied) => {
        state.reads += 1;
        if (state.unreadable) throw state.unreadable;
        if (!state.isGone) return state.text;
        if (await wasApplied()) throw new MappingError([{ where: 'SOURCE', message: 'is gone' }]);
        return STAND_IN;
      },
      generation,
      checkCredentials: async (bindings) => {
        state.checks += 1;
        return bindings.flatMap(({ jiraProject, credentialRef }) => {
          const isUnknown = state.unknown.includes(credentialRef);
          if (!isUnknown && !state.withheld.includes(credentialRef)) return [];
          const message = `credential ${credentialRef} is ${isUnknown ? 'not configured' : 'disabled'}`;
          return [{ where: `mappings.${jiraProject}`, message, credentialRef, isUnknown }];
        });
      },
      runnerImages: { names: ['python'] },
      createRegistry: () => ({}) as Registry, // not asked in these tests
      applied,
      ...(setting === undefined ? {} : { setting }),
      rules,
      clock: { now: () => state.now, sleep: async () => {} },
      log,
    });
  return { state, log, applied, createProcess };
}

const projects = (view: { bindings: { list: readonly { jiraProject?: string }[] } }) =>
  view.bindings.list.map(({ jiraProject }) => jiraProject);

describe('the map in force', () => {
  it('is read once, and then only compared', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    state.now = 5000;
    await mapping.current();
    expect(state.reads).toBe(1);
  });

  it('is the one of the first start until a reload, for cold processes too', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess('a').current();
    state.text = TWO;
    expect(projects(await createProcess('a').current())).toEqual(['PROJ']);
    expect(projects(await createProcess().current())).toEqual(['PROJ']);
  });

  it.each([
    { name: 'a broken map', change: { text: BAD } },
    { name: 'a text that is no map', change: { text: 'not a map' } },
    { name: 'a map with an unknown credential', change: { text: ONE.replace('"}', '","credential_ref":"missing"}') } },
    { name: 'no file at all', change: { unreadable: new MappingError([{ where: 'SOURCE', message: 'is gone' }]) } },
  ])('is what warm and cold processes work on when the source holds $name', async ({ change }) => {
    const { state, createProcess } = aDeployment();
    const warm = createProcess('a');
    await warm.current();
    Object.assign(state, change, { now: 2000 });
    for (const process of [warm, createProcess('a'), createProcess()]) {
      expect(projects(await process.current())).toEqual(['PROJ']);
    }
  });

  it('asks for no credential: one that is gone is the trouble of its own bindings', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess().current();
    Object.assign(state, { unknown: ['default'] });
    expect(projects(await createProcess().current())).toEqual(['PROJ']);
  });

  it('is loaded once for calls that arrive together', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    const [one, other] = await Promise.all([mapping.current(), mapping.current()]);
    expect(state.reads).toBe(1);
    expect(one).toBe(other);
  });

  it('is the same for processes that start first at once with different sources', async () => {
    const { state, createProcess } = aDeployment();
    const starting = createProcess().current();
    state.text = TWO;
    const views = await Promise.all([starting, createProcess().current(), createProcess().current()]);
    const settled = projects(await createProcess().current());
    state.now = 1000;
    expect(views.map(({ generation }) => generation)).toEqual([0, 0, 0]);
    expect([projects(views[1]), projects(views[2])]).toContainEqual(settled);
  });

  it('goes on while storage does not answer, is asked for less and less often, and is followed afterwards', async () => {
    const { state, log, applied, createProcess } = aDeployment();
    const [mapping, other] = [createProcess(), createProcess()];
    await Promise.all([mapping.current(), other.current()]);
    state.text = TWO;
    await other.reload();
    const failing = vi.spyOn(applied, 'findVersion').mockRejectedValue(new TaskError('storage-unavailable'));
    for (state.now = 1000; state.now <= 3_600_000; state.now += 1000) {
      expect((await mapping.current()).generation).toBe(0);
    }
    expect(failing.mock.calls.length).toBeLessThan(70);
    expect(log.error).toHaveBeenCalledOnce();
    failing.mockRestore();
    state.now += 60_000;
    expect((await mapping.current()).generation).toBe(1);
  });
});

/** What an earlier release accepted for OPS beside a good binding, and what this one refuses in it. */
const REFUSED_NOW = [
  { name: 'a trigger the agent sets itself', ops: { trigger: 'In Review' }, message: 'is the status the agent sets' },
  { name: 'all of the repository protected', ops: { protected_paths: ['/'] }, message: 'protected_paths' },
  { name: 'a label with a space', ops: { stopped_label: 'ai stopped' }, message: 'stopped_label' },
  { name: 'a field this release does not know', ops: { colour: 'red' }, message: 'colour' },
];

describe('a map in force that an earlier release accepted', () => {
  const withOps = (ops: object) =>
    JSON.stringify({ mappings: { PROJ: { repo: 'group/app' }, OPS: { repo: 'group/ops', ...ops } } });
  const withheld = (view: MappingView) => view.withheld?.map(({ binding }) => [binding.jiraProject, binding.repo]);

  it.each(REFUSED_NOW)('withholds the binding with $name and stops no other', async ({ ops, message }) => {
    const { log, applied, createProcess } = aDeployment(withOps(ops));
    await applied.record({ generation: 3, appliedAt: 1, setting: 'a', json: withOps(ops) });
    // A start with changed settings reads the same mistake in the source.
    for (const process of [createProcess(), createProcess('a'), createProcess('b')]) {
      const view = await process.current();
      expect(view.generation).toBe(3);
      expect(projects(view)).toEqual(['PROJ']);
      expect(withheld(view)).toEqual([['OPS', 'group/ops']]);
    }
    expect(log.error).toHaveBeenCalledWith('project map refused', {
      inUse: 3,
      withheld: ['OPS'],
      problems: [expect.stringMatching(new RegExp(`^mappings\\.OPS: .*${message}`))],
    });
  });

  it('is mended by a reload, whose problems say what is to be mended', async () => {
    const { state, applied, createProcess } = aDeployment(withOps({ trigger: 'In Review' }));
    await applied.record({ generation: 0, appliedAt: 1, json: state.text });
    const mapping = createProcess();
    await mapping.current();
    expect(await mapping.reload()).toMatchObject({ problems: [{ where: 'mappings.OPS' }] });
    state.text = withOps({ trigger: 'To be done' });
    expect(await mapping.examineSource()).toEqual({ state: 'not-applied' });
    expect(await mapping.reload()).toMatchObject({ generation: 1, diff: { changed: [{ jiraProject: 'OPS' }] } });
  });

  it('is reported again while it is not mended, and not at every look', async () => {
    const { state, log, applied, createProcess } = aDeployment();
    await applied.record({ generation: 3, appliedAt: 1, json: withOps({ trigger: 'In Review' }) });
    const mapping = createProcess();
    for (state.now = 0; state.now < 3_600_000; state.now += 60_000) await mapping.examineSource();
    expect(log.error).toHaveBeenCalledTimes(6);
  });

  it('gives way to the source where all of it is refused, and stays where that cannot be used', async () => {
    const { state, applied, createProcess } = aDeployment(BAD);
    const json = JSON.stringify({ mappings: { OPS: { repo: 'group/ops', trigger: 'In Review' } } });
    await applied.record({ generation: 0, appliedAt: 1, json });
    const view = await createProcess().current();
    expect(projects(view)).toEqual([]);
    expect(withheld(view)).toEqual([['OPS', 'group/ops']]);
    state.text = ONE;
    expect(projects(await createProcess().current())).toEqual(['PROJ']);
  });

  it('is no other map for being written without the fields of this release', async () => {
    const { applied, createProcess } = aDeployment();
    await applied.record({ generation: 0, appliedAt: 1, setting: 'a', json: ONE });
    expect((await createProcess('b').current()).generation).toBe(0);
    expect(await applied.findVersion()).toMatchObject({ setting: 'b' });
  });
});

describe('a map that a later release puts in force while a process of this one is at work', () => {
  const later = JSON.stringify({ mappings: { PROJ: { repo: 'group/app', colour: 'red' } } });

  it('is not followed, looked at once, and named; the next map that this release can read is', async () => {
    const { state, log, applied, createProcess } = aDeployment();
    const mapping = createProcess();
    const before = await mapping.current();
    await applied.record({ generation: 1, appliedAt: 1, json: later });
    const find = vi.spyOn(applied, 'find');
    for (let seconds = 0; seconds < 3; seconds += 1) {
      state.now += 1001;
      expect(await mapping.current()).toBe(before);
    }
    expect(find).toHaveBeenCalledTimes(1);
    expect(log.warn.mock.calls).toEqual([['project map of another release not followed', { generation: 1, inUse: 0 }]]);

    await applied.record({ generation: 2, appliedAt: 2, json: TWO });
    state.now += 1001;
    expect(await mapping.current()).toMatchObject({ generation: 2 });
  });
});

describe('a first start', () => {
  it('fails with every problem where no map was ever in force', async () => {
    const { createProcess } = aDeployment(
      '{"mappings":{"PROJ":{"repo":"group/app","credential_ref":"missing"},"OPS":{"repo":"g/o","credential_ref":"missing"}}}',
    );
    await expect(createProcess().current()).rejects.toThrow(MappingError);
    await expect(createProcess().current()).rejects.toThrow('mappings.PROJ: credential missing is not configured');
    await expect(createProcess().current()).rejects.toThrow('mappings.OPS: credential missing is not configured');
  });

  it('does not fail for a credential that is withheld', async () => {
    const { state, createProcess } = aDeployment();
    state.withheld = ['default'];
    expect(projects(await createProcess().current())).toEqual(['PROJ']);
  });

  it('names the problems of the map also while storage is out of reach', async () => {
    const { state, applied, createProcess } = aDeployment();
    vi.spyOn(applied, 'find').mockRejectedValue(new TaskError('storage-unavailable'));
    await expect(createProcess().current()).rejects.toMatchObject({ code: 'storage-unavailable' });
    state.text = BAD;
    await expect(createProcess().current()).rejects.toThrow(MappingError);
  });
});

describe('a start with changed settings', () => {
  it('puts their map in force, and every other process follows', async () => {
    const { state, createProcess } = aDeployment();
    const other = createProcess('a');
    await other.current();
    Object.assign(state, { text: TWO, now: 2000 });
    expect(await createProcess('b').current()).toMatchObject({ generation: 1, reloadedAt: 2000 });
    state.now = 3000;
    expect(projects(await other.current())).toEqual(['PROJ', 'OPS']);
  });

  it('is no reload where the map stays the same', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess('a').current();
    expect((await createProcess('b').current()).generation).toBe(0);
    state.text = TWO;
    expect((await createProcess('b').current()).generation).toBe(0);
  });

  it('changes nothing where their map cannot be used, and says so', async () => {
    const { state, log, applied, createProcess } = aDeployment();
    await createProcess('a').current();
    state.text = BAD;
    expect(projects(await createProcess('b').current())).toEqual(['PROJ']);
    expect(log.error).toHaveBeenCalledWith('project map refused', expect.objectContaining({ inUse: 0 }));
    expect(await applied.findRefusal()).toMatchObject({ problems: [{ where: 'mappings.PROJ' }] });
  });

  it('changes nothing in a process that only follows', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess('a').current();
    state.text = TWO;
    expect(projects(await createProcess().current())).toEqual(['PROJ']);
  });
});

const ADDED = { added: ['OPS'], removed: [], changed: [{ jiraProject: 'PROJ', fields: ['target_branch'] }] };

describe('a reload', () => {
  it('answers what it added and changed, and every other process follows', async () => {
    const { state, createProcess } = aDeployment();
    const [one, other] = [createProcess(), createProcess()];
    await Promise.all([one.current(), other.current()]);
    state.text = TWO;
    expect(await one.reload()).toEqual({ diff: ADDED, generation: 1 });
    state.now = 1000;
    expect(projects(await other.current())).toEqual(['PROJ', 'OPS']);
  });

  it('is followed although the source turned bad right after it', async () => {
    const { state, createProcess } = aDeployment();
    const [one, other] = [createProcess(), createProcess()];
    await Promise.all([one.current(), other.current()]);
    state.text = TWO;
    await one.reload();
    Object.assign(state, { text: BAD, now: 1000 });
    expect(await other.current()).toMatchObject({ generation: 1 });
    expect(projects(await createProcess().current())).toEqual(['PROJ', 'OPS']);
  });

  it('warns once that issues may start again', async () => {
    const { log, createProcess } = aDeployment();
    await createProcess().reload();
    expect(log.warn).toHaveBeenCalledExactlyOnceWith('issue deduplication reset by reload', { generation: 1 });
  });

  it('refuses a bad map, keeps the old one and keeps why', async () => {
    const { state, applied, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    Object.assign(state, { text: BAD, now: 7000 });
    expect(await mapping.reload()).toMatchObject({ problems: [{ where: 'mappings.PROJ' }] });
    expect(await mapping.current()).toMatchObject({ generation: 0 });
    expect(await applied.findRefusal()).toMatchObject({ at: 7000, problems: [{ where: 'mappings.PROJ' }] });
    state.text = TWO;
    await mapping.reload();
    expect(await applied.findRefusal()).toBeUndefined();
  });

  it('answers a bad map with its problems also where there has never been a good one', async () => {
    const { createProcess } = aDeployment('not a map');
    expect(await createProcess().reload()).toMatchObject({ problems: [{ where: 'mapping' }] });
  });

  it('refuses an unknown credential that it would bring in, and only warns of one that is in use', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    state.text = TWO.replace('"group/ops"', '"group/ops","credential_ref":"missing"');
    expect(await mapping.reload()).toMatchObject({ problems: [{ where: 'mappings.OPS' }] });
    Object.assign(state, { text: TWO, unknown: ['default'] });
    expect(await mapping.reload()).toMatchObject({
      generation: 1,
      warnings: [{ where: 'mappings.PROJ' }, { where: 'mappings.OPS' }],
    });
  });

  it('warns of a credential that is withheld and stops for none', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    Object.assign(state, { text: TWO.replace('"group/ops"', '"group/ops","credential_ref":"ops"'), withheld: ['ops'] });
    expect(await mapping.reload()).toMatchObject({
      generation: 1,
      warnings: [{ where: 'mappings.OPS', message: 'credential ops is disabled' }],
    });
  });

  it('warns of a binding whose image no runner has, and is followed', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    state.text = TWO.replace('"group/ops"', '"group/ops","image":"rust"').replace(
      '"group/app"',
      '"group/app","image":"python"',
    );
    expect(await mapping.reload()).toMatchObject({
      generation: 1,
      warnings: [{ where: 'mappings.OPS.image', message: expect.stringContaining('the image rust, for which') }],
    });
    expect((await mapping.current()).bindings.byJira('PROJ')).toMatchObject({ image: 'python' });
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

  it('puts nothing in force that could not be stored', async () => {
    const { state, applied, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    state.text = TWO;
    vi.spyOn(applied, 'record').mockRejectedValueOnce(new TaskError('storage-unavailable'));
    await expect(mapping.reload()).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(projects(await mapping.current())).toEqual(['PROJ']);
  });
});

describe('the source', () => {
  it('is looked at once a minute, and says what it holds', async () => {
    const { state, log, applied, createProcess } = aDeployment();
    const mapping = createProcess();
    expect(await mapping.examineSource()).toEqual({ state: 'in-force' });
    Object.assign(state, { text: TWO, reads: 0 });
    expect(await mapping.examineSource()).toEqual({ state: 'in-force' });
    expect(state.reads).toBe(0);
    state.now = 60_000;
    expect(await mapping.examineSource()).toEqual({ state: 'not-applied' });
    Object.assign(state, { text: BAD, now: 120_000 });
    expect(await mapping.examineSource()).toMatchObject({ state: 'unusable', problems: [{ where: 'mappings.PROJ' }] });
    expect(projects(await mapping.current())).toEqual(['PROJ']);
    expect(await applied.findRefusal()).toMatchObject({ at: 120_000 });
    for (state.now = 180_000; state.now < 3_600_000; state.now += 60_000) await mapping.examineSource();
    expect(log.error.mock.calls.length).toBeGreaterThan(1);
    expect(log.error.mock.calls.length).toBeLessThan(7);
    expect(await applied.findRefusal()).toMatchObject({ at: 120_000 });
    state.text = ONE;
    state.now += 60_000;
    expect(await mapping.examineSource()).toEqual({ state: 'in-force' });
    expect(await applied.findRefusal()).toBeUndefined();
  });

  it('with an unknown credential is no source that can be used, and one in use is not asked for', async () => {
    const { state, createProcess } = aDeployment();
    const mapping = createProcess();
    await mapping.current();
    Object.assign(state, { unknown: ['default', 'missing'] });
    expect(await mapping.examineSource()).toEqual({ state: 'in-force' });
    Object.assign(state, { text: TWO.replace('"group/ops"', '"group/ops","credential_ref":"missing"'), now: 60_000 });
    expect(await mapping.examineSource()).toMatchObject({ state: 'unusable', problems: [{ where: 'mappings.OPS' }] });
  });

  it.each([
    { name: 'a process that saw it', isCold: false },
    { name: 'a cold process', isCold: true },
  ])('that is gone changes nothing in $name, and the refusal stays', async ({ isCold }) => {
    const { state, applied, createProcess } = aDeployment();
    const warm = createProcess('a');
    await warm.current();
    Object.assign(state, { isGone: true, now: 60_000 });
    const mapping = isCold ? createProcess('a') : warm;
    expect(await mapping.examineSource()).toMatchObject({ state: 'unusable', problems: [{ where: 'SOURCE' }] });
    expect(await mapping.reload()).toMatchObject({ problems: [{ where: 'SOURCE' }] });
    expect(await applied.findRefusal()).toMatchObject({ at: 60_000, problems: [{ where: 'SOURCE' }] });
    expect(projects(await createProcess('b').current())).toEqual(['PROJ']);
  });

  it('that does not exist yet is stood in for at the first start and at a first reload, and not later', async () => {
    const { state, createProcess } = aDeployment();
    state.isGone = true;
    expect(await createProcess().reload()).toMatchObject({ diff: { added: ['OLD'] } });
    const other = aDeployment();
    other.state.isGone = true;
    const mapping = other.createProcess();
    expect(projects(await mapping.current())).toEqual(['OLD']);
    expect(await mapping.examineSource()).toMatchObject({ state: 'unusable' });
    Object.assign(other.state, { isGone: false, now: 60_000 });
    expect(await mapping.examineSource()).toEqual({ state: 'not-applied' });
  });

  it('that is gone is not stood in for where the stored map cannot be read any more', async () => {
    const { state, applied, createProcess } = aDeployment();
    await applied.record({ generation: 3, appliedAt: 0, json: 'of a release before' });
    state.isGone = true;
    await expect(createProcess().current()).rejects.toThrow('is gone');
  });
});

describe('a map that was checked by the same rules', () => {
  /** As many processes as rules, one after the other; what is kept for the next one is kept. */
  async function startAll(deployment: ReturnType<typeof aDeployment>, ...rules: (string | undefined)[]) {
    const views: MappingView[] = [];
    for (const each of rules) {
      views.push(await deployment.createProcess('a', each).current());
      await new Promise(setImmediate);
    }
    return views;
  }

  it('is not read and checked again, and means the same', async () => {
    const deployment = aDeployment(TWO);
    const [first] = await startAll(deployment, 'rules', 'rules');
    const textIsRead = vi.spyOn(deployment.applied, 'find');
    const [again] = await startAll(deployment, 'rules');
    expect(textIsRead).not.toHaveBeenCalled();
    expect(again?.bindings.list).toStrictEqual(first?.bindings.list);
    expect(again?.generation).toBe(first?.generation);
  });

  it.each([
    { name: 'another release', rules: 'other' },
    { name: 'a program that was not built', rules: undefined },
  ])('is checked again by $name', async ({ rules }) => {
    const deployment = aDeployment();
    await startAll(deployment, 'rules', 'rules');
    const textIsRead = vi.spyOn(deployment.applied, 'find');
    await startAll(deployment, rules);
    expect(textIsRead).toHaveBeenCalled();
  });

  it('is compared with the source where the settings have changed', async () => {
    const deployment = aDeployment();
    await startAll(deployment, 'rules', 'rules');
    deployment.state.text = TWO;
    const view = await deployment.createProcess('b', 'rules').current();
    expect(projects(view)).toEqual(['PROJ', 'OPS']);
    expect(view.generation).toBe(1);
  });

  it('is followed by the next one, which the first process that starts after it keeps', async () => {
    const deployment = aDeployment();
    await startAll(deployment, 'rules', 'rules');
    deployment.state.text = TWO;
    await deployment.createProcess('a', 'rules').reload();
    expect(projects((await startAll(deployment, 'rules'))[0] as MappingView)).toEqual(['PROJ', 'OPS']);
    const textIsRead = vi.spyOn(deployment.applied, 'find');
    expect(projects((await startAll(deployment, 'rules'))[0] as MappingView)).toEqual(['PROJ', 'OPS']);
    expect(textIsRead).not.toHaveBeenCalled();
  });

  it('is never one of which these rules refuse a binding', async () => {
    const deployment = aDeployment();
    const json = '{"mappings":{"PROJ":{"repo":"group/app"},"OPS":{"repo":"nowhere"}}}';
    await deployment.applied.record({ generation: 1, appliedAt: 0, setting: 'a', json });
    await startAll(deployment, 'rules');
    const [again] = await startAll(deployment, 'rules');
    expect(again?.withheld).toHaveLength(1);
  });

  it('is checked where it cannot be kept, and each time again', async () => {
    const deployment = aDeployment();
    await startAll(deployment, 'rules');
    vi.spyOn(deployment.applied, 'recordChecked').mockRejectedValue(new TaskError('storage-unavailable'));
    expect(await startAll(deployment, 'rules', 'rules')).toHaveLength(2);
    expect(deployment.log.warn).toHaveBeenCalledWith('checked project map not kept', expect.anything());
  });

  it('has its problems reported while storage is away, as every map at a start', async () => {
    const deployment = aDeployment(BAD);
    vi.spyOn(deployment.applied, 'findChecked').mockRejectedValue(new TaskError('storage-unavailable'));
    await expect(deployment.createProcess('a', 'rules').current()).rejects.toBeInstanceOf(MappingError);
  });
});

describe('a source in which the map in force was found', () => {
  it('is not checked again while its text is the same, in later processes too, and is once it is another', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess('a', 'rules').current();
    const first = createProcess('a', 'rules');
    expect(await first.examineSource()).toEqual({ state: 'in-force' });
    await new Promise(setImmediate);
    state.checks = 0;
    const later = createProcess('a', 'rules');
    for (const mapping of [first, later]) {
      state.now += 60_000;
      expect(await mapping.examineSource()).toEqual({ state: 'in-force' });
    }
    expect(state.checks).toBe(0);

    for (const [text, expected] of [
      [TWO, 'not-applied'],
      [BAD, 'unusable'],
      [ONE, 'in-force'],
    ] as const) {
      state.text = text;
      state.now += 60_000;
      expect(await later.examineSource()).toMatchObject({ state: expected });
    }
    state.text = TWO;
    await later.reload();
    state.text = ONE;
    expect(await later.examineSource()).toEqual({ state: 'not-applied' });
  });

  it('that is unreadable now is said to be', async () => {
    const { state, createProcess } = aDeployment();
    await createProcess('a', 'rules').current();
    const mapping = createProcess('a', 'rules');
    await mapping.examineSource();
    state.unreadable = new MappingError([{ where: 'SOURCE', message: 'is away' }]);
    state.now += 60_000;
    expect(await mapping.examineSource()).toMatchObject({ state: 'unusable' });
  });
});

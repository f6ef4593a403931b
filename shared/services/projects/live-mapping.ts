import type { Binding } from '../../domain/mapping/binding.ts';
import { bindingName } from '../../domain/mapping/binding-key.ts';
import { type Bindings, createBindings } from '../../domain/mapping/bindings.ts';
import { diffMappings, type MappingDiff } from '../../domain/mapping/diff-mappings.ts';
import type { MappingProblem } from '../../domain/mapping/problem.ts';
import { renderMapping } from '../../domain/mapping/render-mapping.ts';
import { listStored, type StoredMapping, type WithheldBinding } from '../../domain/mapping/stored-mapping.ts';
import type { AppliedMap, AppliedMaps, AppliedMapVersion, CheckedMap } from '../../domain/ports/applied-maps.ts';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import { singleFlight } from '../../kernel/once.ts';
import { planWaitMs, RETRY } from '../../kernel/retry.ts';
import { sha256 } from '../../kernel/sha256.ts';
import type { Registry } from './create-registry.ts';
import type { MapSourceDeps, SourceMap } from './map-source.ts';
import { MappingError } from './mapping-error.ts';

/**
 * The map at one moment. An invocation takes one view and works with it to its end, even when it is replaced meanwhile.
 */
export interface MappingView {
  bindings: Bindings;
  /** Names the withheld bindings as well, as quarantined. */
  registry: Registry;
  /** Bindings of the map in force that an earlier release accepted and this one refuses; none where it is absent. */
  withheld?: readonly WithheldBinding[];
  /**
   * Raised by every map that is put in force, so that health can say which processes have not followed the last one.
   */
  generation: number;
  /** When this map replaced another one: an issue whose run ended before may start again. Absent for the first map. */
  reloadedAt?: number;
  /** 0.1.0 worked on this storage, so tickets may have runs by the keys it gave. */
  hasEarlierRuns?: true;
}

/** `warnings` name the bindings of the new map that will be quarantined; absent where there are none. */
export type ReloadResult =
  | { diff: MappingDiff; generation: number; warnings?: MappingProblem[] }
  | { problems: MappingProblem[] };

/** What the source holds, compared with the map in force. */
export type SourceState =
  | { state: 'in-force' | 'not-applied' }
  /** Nothing of it is used; the map in force stays. */
  | { state: 'unusable'; problems: MappingProblem[] };

/**
 * The project map that every process works on: the last one that was put in force, which is stored. A map is put in
 * force by a reload, by the first start of a deployment, and by a start where the settings themselves changed. A source
 * that cannot be used changes nothing.
 */
export interface LiveMapping {
  /**
   * The view to work with now. Notices within a second that another map was put in force, and follows it unless
   * another release did that with rules of its own.
   * @throws {MappingError} when there has never been a map in force and the source cannot be used; {TaskError}
   * `storage-*`.
   */
  current(): Promise<MappingView>;
  /**
   * Puts the map of the source in force; a bad one is refused and changes nothing. Every other process follows. With
   * `dryRun` nothing changes: the diff says what would, and the generation is the present one.
   * @throws {TaskError} `storage-*`; then the map before stays in force.
   */
  reload(options?: { dryRun?: boolean }): Promise<ReloadResult>;
  /**
   * Looks at the source, at most once a minute, and reports one that cannot be used. @throws {TaskError} `storage-*`
   */
  examineSource(): Promise<SourceState>;
}

export interface LiveMappingDeps extends MapSourceDeps {
  generation: { raise(): Promise<number> };
  applied: AppliedMaps;
  createRegistry: (bindings: readonly Binding[], withheld: readonly WithheldBinding[]) => Registry;
  /**
   * A digest of the settings that name the map. Absent in a process that never puts a map in force because they
   * changed.
   */
  setting?: string;
  /**
   * Which rules this program checks maps by: a map that was checked by the same ones is not checked again. Absent where
   * a program is not built, and its rules may change at any time.
   */
  rules?: string | undefined;
  clock: Clock;
  log: Log;
}

const COMPARE_EVERY_MS = 1 * SECOND;
const EXAMINE_EVERY_MS = 1 * MINUTE;
const LOG_EVERY_MS = 10 * MINUTE;

export function createLiveMapping(deps: LiveMappingDeps): LiveMapping {
  const { applied, clock, log, setting, rules } = deps;
  let view: MappingView | undefined;
  let compareAt = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let examined: { result: SourceState; until: number } | undefined;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let withheldReportedAt = Number.NEGATIVE_INFINITY;
  let notFollowed: number | undefined;
  /** The text of the source in which the map of this generation was found, by its digest. */
  let sameSource: { generation: number; digest: string } | undefined;

  function use(version: AppliedMapVersion, { bindings, withheld }: StoredMapping): MappingView {
    const { generation, appliedAt, hasEarlierRuns } = version;
    reportWithheld(withheld, generation);
    return {
      generation,
      ...(generation > 0 ? { reloadedAt: appliedAt } : {}),
      ...(hasEarlierRuns ? { hasEarlierRuns } : {}),
      bindings: createBindings(bindings),
      registry: deps.createRegistry(bindings, withheld),
      ...(withheld.length > 0 ? { withheld } : {}),
    };
  }

  /** Stored first: what is not stored is not in force. */
  async function putInForce(
    bindings: readonly Binding[],
    generation: number,
    before?: AppliedMapVersion,
  ): Promise<MappingView> {
    const version = {
      generation,
      appliedAt: clock.now(),
      ...(setting === undefined ? {} : { setting }),
      ...(before?.hasEarlierRuns ? { hasEarlierRuns: true as const } : {}),
    };
    await applied.record({ ...version, json: toJson(bindings) });
    await clearRefusal();
    return use(version, { bindings, withheld: [] });
  }

  async function start(): Promise<MappingView> {
    const checked = await findChecked();
    if (checked && checked.bindings.length > 0 && (setting === undefined || checked.setting === setting)) {
      if (checked.source !== undefined) sameSource = { generation: checked.generation, digest: checked.source };
      return use(checked, { bindings: checked.bindings, withheld: [] });
    }
    const stored = await findStored();
    const parsed = stored && (await parseStored(stored, log));
    if (!stored || !parsed) return startFirst(stored?.generation);
    if (stored.isFromEarlierRow) await takeOver(stored);
    else keepChecked(stored.generation, parsed);
    if (parsed.bindings.length === 0) return startWithNothingAllowed(stored, parsed);
    if (setting === undefined || stored.setting === setting) return use(stored, parsed);
    return startWithNewSetting(stored, parsed, setting);
  }

  const findStored = () => atStart(() => applied.find());

  async function findChecked(): Promise<CheckedMap | undefined> {
    return rules === undefined ? undefined : atStart(() => applied.findChecked(rules));
  }

  async function atStart<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      // At the start a map that cannot be used is reported as well when storage is out of reach.
      await readSource([], deps, { isFirst: true });
      throw error;
    }
  }

  /** For the next process of this release. None waits for it, and one that finds nothing checks the map itself. */
  function keepChecked(generation: number, { bindings, withheld }: StoredMapping, source?: string): void {
    if (rules === undefined || withheld.length > 0) return;
    const map = { generation, bindings, ...(source === undefined ? {} : { source }) };
    applied
      .recordChecked(rules, map)
      .catch((error: unknown) => log.warn('checked project map not kept', { generation, error }));
  }

  /** Into the row of this release, because the text behind the earlier one is deleted after a while. */
  async function takeOver({ generation, appliedAt, json }: AppliedMap): Promise<void> {
    await applied.record({ generation, appliedAt, json });
    log.info('project map of an earlier release taken over', { generation });
  }

  /** Nothing of the map in force can be worked on, so the source may as well be put in force where it can be used. */
  async function startWithNothingAllowed(stored: AppliedMap, parsed: StoredMapping): Promise<MappingView> {
    try {
      return await startFirst(stored.generation);
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      await reportRefusal(error.problems, stored.generation);
      return use(stored, parsed);
    }
  }

  /** Of several processes that start first, the map of one is in force. */
  async function startFirst(before: number | undefined): Promise<MappingView> {
    const { bindings } = await readSource([], deps, { isFirst: before === undefined });
    const own = await putInForce(bindings, before === undefined ? 0 : await deps.generation.raise());
    const stored = await applied.find();
    const parsed = stored && (await parseStored(stored, log));
    return stored && parsed ? use(stored, parsed) : own;
  }

  async function startWithNewSetting(
    stored: AppliedMap,
    inForce: StoredMapping,
    changed: string,
  ): Promise<MappingView> {
    try {
      const { bindings } = await readSource(listStored(inForce), deps);
      if (isSame(bindings, inForce)) {
        await applied.recordSetting(stored.generation, changed);
        return use(stored, inForce);
      }
      const started = await putInForce(bindings, await deps.generation.raise(), stored);
      log.warn('project map put in force by changed settings', { generation: started.generation });
      return started;
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      await reportRefusal(error.problems, stored.generation);
      return use(stored, inForce);
    }
  }

  async function follow(): Promise<MappingView> {
    if (!view) {
      view = await start();
    } else {
      try {
        view = await followOthers(view);
        failures = 0;
      } catch (error) {
        // What is in force here goes on; invocations come many times a second and would say the same thing each time.
        failures += 1;
        if (failures === 1) log.error('project map not compared', { error, inUse: view.generation });
      }
    }
    const pauseMs = failures === 0 ? COMPARE_EVERY_MS : planWaitMs(RETRY.map, failures);
    compareAt = clock.now() + (pauseMs ?? COMPARE_EVERY_MS);
    return view;
  }

  /**
   * A map in which this release refuses a binding was put in force by another one, in the middle of an upgrade: work
   * goes on with the map that is in use, until this process ends.
   */
  async function followOthers(present: MappingView): Promise<MappingView> {
    const version = await applied.findVersion();
    if (!version || version.generation === present.generation || version.generation === notFollowed) return present;
    const stored = await applied.find();
    const parsed = stored && (await parseStored(stored, log));
    if (!stored || !parsed) throw new TaskError('unexpected', { detail: 'the project map in force cannot be read' });
    if (parsed.withheld.length === 0) return use(stored, parsed);
    notFollowed = stored.generation;
    log.warn('project map of another release not followed', { generation: notFollowed, inUse: present.generation });
    return present;
  }

  const load = singleFlight(follow);

  async function reportRefusal(problems: MappingProblem[], inUse: number): Promise<void> {
    const at = clock.now();
    if (at - reportedAt >= LOG_EVERY_MS) {
      reportedAt = at;
      log.error('project map refused', {
        inUse,
        problems: problems.map(({ where, message }) => `${where}: ${message}`),
      });
    }
    const known = await applied.findRefusal();
    if (!known || toKey(known.problems) !== toKey(problems)) await applied.recordRefusal({ at, problems });
  }

  function reportWithheld(withheld: readonly WithheldBinding[], inUse: number): void {
    const at = clock.now();
    if (withheld.length === 0 || at - withheldReportedAt < LOG_EVERY_MS) return;
    withheldReportedAt = at;
    log.error('project map refused', {
      inUse,
      withheld: withheld.map(({ binding }) => bindingName(binding)),
      problems: withheld.flatMap(({ problems }) => problems.map(({ where, message }) => `${where}: ${message}`)),
    });
  }

  async function clearRefusal(): Promise<void> {
    reportedAt = Number.NEGATIVE_INFINITY;
    if (await applied.findRefusal()) await applied.recordRefusal(undefined);
  }

  const examine = singleFlight(async (): Promise<SourceState> => {
    const { bindings, generation, withheld = [] } = await load();
    const inForce = { bindings: bindings.list, withheld };
    reportWithheld(withheld, generation);
    let result: SourceState;
    try {
      const text = await deps.readText(async () => true);
      const digest = sha256(text);
      const isKnown = sameSource?.generation === generation && sameSource.digest === digest;
      const isInForce = isKnown || (await isSourceInForce(text, inForce));
      await clearRefusal();
      if (isInForce && !isKnown) {
        sameSource = { generation, digest };
        keepChecked(generation, inForce, digest);
      }
      result = { state: isInForce ? 'in-force' : 'not-applied' };
    } catch (error) {
      if (!(error instanceof MappingError)) throw error;
      await reportRefusal(error.problems, generation);
      result = { state: 'unusable', problems: error.problems };
    }
    examined = { result, until: clock.now() + EXAMINE_EVERY_MS };
    return result;
  });

  /** @throws {MappingError} when this text cannot be used. */
  async function isSourceInForce(text: string, inForce: StoredMapping): Promise<boolean> {
    const reading = { ...deps, readText: async () => text };
    const { bindings } = await readSource(listStored(inForce), reading, { checks: 'new' });
    return isSame(bindings, inForce);
  }

  return {
    async current() {
      return view && clock.now() < compareAt ? view : load();
    },

    async reload({ dryRun = false } = {}) {
      const stored = await applied.find();
      try {
        const parsed = stored && (await parseStored(stored, log));
        const before = parsed ? listStored(parsed) : [];
        const { bindings, warnings } = await readSource(before, deps, { isFirst: !stored });
        const found = { diff: diffMappings(before, bindings), ...(warnings.length > 0 ? { warnings } : {}) };
        if (dryRun) return { ...found, generation: stored?.generation ?? 0 };
        const reloaded = await putInForce(bindings, await deps.generation.raise(), stored);
        view = reloaded;
        examined = undefined;
        compareAt = clock.now() + COMPARE_EVERY_MS;
        log.warn('issue deduplication reset by reload', { generation: reloaded.generation });
        return { ...found, generation: reloaded.generation };
      } catch (error) {
        if (!(error instanceof MappingError)) throw error;
        examined = undefined;
        if (!dryRun && stored) await reportRefusal(error.problems, stored.generation);
        return { problems: error.problems };
      }
    },

    async examineSource() {
      return examined && clock.now() < examined.until ? examined.result : examine();
    },
  };
}

async function readSource(...given: Parameters<typeof import('./check-map.ts').readSource>): Promise<SourceMap> {
  return (await import('./check-map.ts')).readSource(...given);
}

/** `undefined`: written by a release whose maps are read no longer, which is as good as none. */
async function parseStored({ json, generation }: AppliedMap, log: Log): Promise<StoredMapping | undefined> {
  const { parseStoredMapping } = await import('./check-map.ts');
  const parsed = parseStoredMapping(json);
  if (!parsed) log.error('stored project map unreadable', { generation });
  return parsed;
}

/** Whether putting these bindings in force would change nothing. */
function isSame(bindings: readonly Binding[], inForce: StoredMapping): boolean {
  // Not the stored text, which an earlier release may have written without the fields of this one.
  return inForce.withheld.length === 0 && toJson(bindings) === toJson(inForce.bindings);
}

function toJson(bindings: readonly Binding[]): string {
  return JSON.stringify(renderMapping(bindings));
}

function toKey(problems: readonly MappingProblem[]): string {
  return problems.map(({ where, message }) => `${where}\n${message}`).join('\n');
}

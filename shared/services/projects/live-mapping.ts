import type { Binding } from '../../domain/mapping/binding.ts';
import { type Bindings, createBindings } from '../../domain/mapping/bindings.ts';
import { diffMappings, type MappingDiff } from '../../domain/mapping/diff-mappings.ts';
import type { MappingProblem } from '../../domain/mapping/problem.ts';
import { renderMapping } from '../../domain/mapping/render-mapping.ts';
import { parseRuntimeMapping } from '../../domain/mapping/source/parse-runtime-mapping.ts';
import type { AppliedMaps } from '../../domain/ports/applied-maps.ts';
import { type Clock, MINUTE, SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Registry } from './create-registry.ts';

/** The map at one moment. An invocation takes one view and works with it to its end, whatever is reloaded meanwhile. */
export interface MappingView {
  bindings: Bindings;
  registry: Registry;
  /**
   * The reload this map came with, so that health can say which processes have not followed the last one. Part of the dedup key of
   * issues: a reload lets an issue that still stands in its trigger start again.
   */
  generation: number;
}

export type ReloadResult = { diff: MappingDiff; generation: number } | { problems: MappingProblem[] };

/** The project map as this process has it, kept in step with the other processes. */
export interface LiveMapping {
  /**
   * The view to work with now. Notices within a second that another process has reloaded. While the new map cannot be read or used,
   * the view before stays, with its generation, and it is tried again: at once at first, then every minute.
   * @throws {MappingError} when there has never been a good one.
   */
  current(): Promise<MappingView>;
  /**
   * Reads the source anew; a bad map is refused and changes nothing. Every other process follows. The diff is to the map of the
   * last reload. With `dryRun` nothing is put to use: the diff says what would be, and the generation is the present one.
   */
  reload(options?: { dryRun?: boolean }): Promise<ReloadResult>;
}

export interface LiveMappingDeps {
  /** Reads the JSON text: the setting, or the file or blob it names. */
  readText: () => Promise<string>;
  generation: { get(): Promise<number>; raise(): Promise<number> };
  /** Problems beyond the text itself: credentials that are not configured. */
  check: (bindings: readonly Binding[]) => Promise<MappingProblem[]>;
  createRegistry: (bindings: readonly Binding[]) => Registry;
  /** Absent where the source cannot change while the process lives. */
  applied?: AppliedMaps;
  clock: Clock;
  log: Log;
}

/** The map cannot be used; the message lists every problem, one a line. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
  readonly problems: MappingProblem[];

  constructor(problems: MappingProblem[]) {
    super(
      ['The project map cannot be used:', ...problems.map(({ where, message }) => `  ${where}: ${message}`)].join('\n'),
    );
    this.problems = problems;
  }
}

const COMPARE_EVERY_MS = 1 * SECOND;
/** How often a map that cannot be used is looked at again, at least. */
const LONGEST_PAUSE_MS = 1 * MINUTE;
const LOG_EVERY_MS = 10 * MINUTE;

/** A reload this process could not follow yet. */
interface Refusal {
  generation: number;
  pauseMs: number;
  retryAt: number;
  loggedAt: number;
}

export function createLiveMapping(deps: LiveMappingDeps): LiveMapping {
  const { generation, clock, log } = deps;
  let view: MappingView | undefined;
  let comparedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<MappingView> | undefined;
  let refusal: Refusal | undefined;

  async function load(number: number): Promise<MappingView> {
    const bindings = createBindings(await readBindings(deps));
    // The very first map of a deployment is what its first reload is compared with.
    if (!view && number === 0) await recordApplied(bindings.list, number, deps);
    return { bindings, registry: deps.createRegistry(bindings.list), generation: number };
  }

  async function follow(): Promise<MappingView> {
    const now = await generation.get().catch(async (error: unknown) => {
      // At the start a map that cannot be used is said as well when storage is out of reach.
      if (!view) await readBindings(deps);
      throw error;
    });
    const isTooEarly = refusal?.generation === now && clock.now() < refusal.retryAt;
    if (!view || (view.generation !== now && !isTooEarly)) {
      try {
        view = await load(now);
        refusal = undefined;
      } catch (error) {
        if (!view) throw error;
        refusal = refuse(error, now, view.generation);
      }
    }
    comparedAt = clock.now();
    return view;
  }

  /** Invocations come many times a second and would say the same thing each time. */
  function refuse(error: unknown, number: number, inUse: number): Refusal {
    const at = clock.now();
    const before = refusal?.generation === number ? refusal : undefined;
    const isNews = !before || at - before.loggedAt >= LOG_EVERY_MS;
    if (isNews) log.error('project map refused', { error, generation: number, inUse });
    const pauseMs = before ? Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS) : COMPARE_EVERY_MS;
    return { generation: number, pauseMs, retryAt: at + pauseMs, loggedAt: isNews ? at : before.loggedAt };
  }

  return {
    async current() {
      if (view && clock.now() - comparedAt < COMPARE_EVERY_MS) return view;
      loading ??= follow().finally(() => {
        loading = undefined;
      });
      return loading;
    },

    async reload({ dryRun = false } = {}) {
      let after: readonly Binding[];
      try {
        after = await readBindings(deps);
      } catch (error) {
        if (error instanceof MappingError) return { problems: error.problems };
        throw error;
      }
      const before = (await findApplied(deps)) ?? (await this.current()).bindings.list;
      const diff = diffMappings(before, after);
      if (dryRun) return { diff, generation: await generation.get() };

      const raised = await generation.raise();
      view = { bindings: createBindings(after), registry: deps.createRegistry(after), generation: raised };
      comparedAt = clock.now();
      log.warn('issue deduplication reset by reload', { generation: raised });
      await recordApplied(after, raised, deps);
      return { diff, generation: raised };
    },
  };
}

/** What the last reload put to use. A record of an older release that no longer parses is as good as none. */
async function findApplied({ applied }: LiveMappingDeps): Promise<readonly Binding[] | undefined> {
  const found = await applied?.find();
  const parsed = found && parseRuntimeMapping(found.json);
  return parsed && 'bindings' in parsed ? parsed.bindings : undefined;
}

/** The map is in use by now: without its record the next diff is less exact, and nothing else. */
async function recordApplied(
  bindings: readonly Binding[],
  generation: number,
  { applied, log }: LiveMappingDeps,
): Promise<void> {
  try {
    await applied?.record({ generation, json: JSON.stringify(renderMapping(bindings)) });
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    log.warn('project map not recorded', { error, generation });
  }
}

async function readBindings({ readText, check }: LiveMappingDeps): Promise<readonly Binding[]> {
  const parsed = parseRuntimeMapping(await readText());
  if ('problems' in parsed) throw new MappingError(parsed.problems);
  const problems = await check(parsed.bindings);
  if (problems.length > 0) throw new MappingError(problems);
  return parsed.bindings;
}

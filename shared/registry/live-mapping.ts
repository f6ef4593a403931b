import { type Clock, SECOND } from '../clock.ts';
import type { Binding } from '../mapping/binding.ts';
import { type Bindings, createBindings } from '../mapping/bindings.ts';
import { diffMappings, type MappingDiff } from '../mapping/diff-mappings.ts';
import { parseRuntimeMapping } from '../mapping/parse-runtime-mapping.ts';
import type { MappingProblem } from '../mapping/problem.ts';
import type { Log } from '../telemetry/log.ts';
import type { Registry } from './create-registry.ts';

/** The map at one moment. An invocation takes one view and works with it to its end, whatever is reloaded meanwhile. */
export interface MappingView {
  bindings: Bindings;
  registry: Registry;
  /** Part of the dedup key of issues, so that a reload lets an issue that still stands in its trigger start again. */
  generation: number;
}

export type ReloadResult = { diff: MappingDiff; generation: number } | { problems: MappingProblem[] };

/** The project map as this process has it, kept in step with the other processes. */
export interface LiveMapping {
  /**
   * The view to work with now. Notices within a second that another process has reloaded. A map that turned bad meanwhile is
   * logged and the one before stays.
   * @throws {MappingError} when there has never been a good one.
   */
  current(): Promise<MappingView>;
  /** Reads the source anew; a bad map is refused and changes nothing. Every other process follows. */
  reload(): Promise<ReloadResult>;
}

export interface LiveMappingDeps {
  /** Reads the JSON text: the setting, or the file or blob it names. */
  readText: () => Promise<string>;
  generation: { get(): Promise<number>; raise(): Promise<number> };
  /** Problems beyond the text itself: credentials that are not configured. */
  check: (bindings: readonly Binding[]) => Promise<MappingProblem[]>;
  createRegistry: (bindings: readonly Binding[]) => Registry;
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

export function createLiveMapping(deps: LiveMappingDeps): LiveMapping {
  const { generation, clock, log } = deps;
  let view: MappingView | undefined;
  let comparedAt = Number.NEGATIVE_INFINITY;
  let loading: Promise<MappingView> | undefined;

  async function load(number: number): Promise<MappingView> {
    const bindings = createBindings(await readBindings(deps));
    return { bindings, registry: deps.createRegistry(bindings.list), generation: number };
  }

  async function follow(): Promise<MappingView> {
    const now = await generation.get();
    if (view?.generation !== now) {
      try {
        view = await load(now);
      } catch (error) {
        if (!view) throw error;
        log.error('project map refused', { error, generation: now });
        view = { ...view, generation: now };
      }
    }
    comparedAt = clock.now();
    return view;
  }

  return {
    async current() {
      if (view && clock.now() - comparedAt < COMPARE_EVERY_MS) return view;
      loading ??= follow().finally(() => {
        loading = undefined;
      });
      return loading;
    },

    async reload() {
      const before = (await this.current()).bindings.list;
      let after: readonly Binding[];
      try {
        after = await readBindings(deps);
      } catch (error) {
        if (error instanceof MappingError) return { problems: error.problems };
        throw error;
      }
      const bindings = createBindings(after);
      const raised = await generation.raise();
      view = { bindings, registry: deps.createRegistry(after), generation: raised };
      comparedAt = clock.now();
      log.warn('issue deduplication reset by reload', { generation: raised });
      return { diff: diffMappings(before, after), generation: raised };
    },
  };
}

async function readBindings({ readText, check }: LiveMappingDeps): Promise<readonly Binding[]> {
  const parsed = parseRuntimeMapping(await readText());
  if ('problems' in parsed) throw new MappingError(parsed.problems);
  const problems = await check(parsed.bindings);
  if (problems.length > 0) throw new MappingError(problems);
  return parsed.bindings;
}

import type { Messages } from '../shared/adapters/storage/queues/messages.ts';
import type { Rows } from '../shared/adapters/storage/tables/rows.ts';
import type { Binding } from '../shared/domain/mapping/binding.ts';
import type { MappingProblem } from '../shared/domain/mapping/problem.ts';
import type { Artefacts } from '../shared/domain/ports/artefacts.ts';
import type { Outcome } from '../shared/domain/runs/outcome.ts';
import type { Run, RunEvent } from '../shared/domain/runs/run.ts';
import type { Task } from '../shared/domain/runs/task.ts';
import type { Clock } from '../shared/kernel/clock.ts';
import type { Log } from '../shared/kernel/log.ts';
import type { Admission } from '../shared/services/runs/admit-task.ts';

/** What a storage of any release stands on. */
export interface StorageParts {
  tasks: Messages;
  poison: Messages;
  rows: { runs: Rows; runevents: Rows; state: Rows };
}

/** A run as 0.1.0 knew it. */
export type EarlierRun = Omit<Run, 'notified' | 'facts'> & { told: boolean; dedupKey: string };

/** The ports of 0.1.0, by the names they had, as far as tests ask them. */
export interface EarlierStorage {
  queue: {
    listPoison(): Promise<{ messageId: string; reason: string; task?: Task }[]>;
    getDepth(): Promise<{ count: number; poisonCount: number }>;
  };
  ledger: {
    get(runId: string): Promise<EarlierRun>;
    listOpen(): Promise<EarlierRun[]>;
    listRecent(subject: string, limit: number): Promise<EarlierRun[]>;
    listEvents(runId: string): Promise<RunEvent[]>;
  };
  scopes: {
    take(wanted: {
      scope: string;
      runId: string;
      holder: string;
      leaseMs: number;
    }): Promise<{ kind: 'taken'; lease: object } | { kind: 'busy'; runId: string }>;
    release(lease: object): Promise<string[]>;
  };
  slots: {
    take(pool: string, holder: { runId: string; scope: string; holder: string }, max: number): Promise<string>;
  };
  decisions: {
    record(subject: string, reason: string, detail?: string): Promise<void>;
    list(subject: string): Promise<{ reason: string; detail?: string }[]>;
  };
  errands: { want(errand: object): Promise<boolean>; listOpen(): Promise<{ errand: object }[]> };
  watermarks: { find(name: string): Promise<{ value: string } | undefined> };
  generation: { get(): Promise<number>; raise(): Promise<number> };
  appliedMaps: {
    find(): Promise<{ generation: number; json: string } | undefined>;
    record(map: { generation: number; json: string }): Promise<void>;
  };
}

interface ProcessDeps extends EarlierStorage {
  clock: Clock;
  log: Log;
}

/** Of `test/fixtures/releases/0.1.0/release.mjs`. */
interface EarlierCode {
  admitTask(task: Task, deps: ProcessDeps, options?: { generation?: number }): Promise<Admission>;
  drain(
    deps: ProcessDeps & {
      perform: (context: { run: EarlierRun }, signal: AbortSignal) => Promise<Outcome>;
      tell: (run: EarlierRun) => Promise<void>;
      runnerId: string;
    },
    signal: AbortSignal,
  ): Promise<Record<'settled' | 'done' | 'failed' | 'retried' | 'scopeBusy' | 'ignored' | 'unreadable', number>>;
  sweep(
    deps: ProcessDeps & { tell: (run: EarlierRun) => Promise<void> },
  ): Promise<Record<'sent' | 'stuck' | 'told' | 'failed', number>>;
  runErrands(
    deps: ProcessDeps & { perform: (errand: object) => Promise<'remember'> },
  ): Promise<{ done: number; failed: number }>;
  joinPorts(
    rows: StorageParts['rows'],
    options: { clock: Clock; log: Log },
  ): Omit<EarlierStorage, 'queue' | 'appliedMaps'>;
  createTaskQueue(parts: Pick<StorageParts, 'tasks' | 'poison'>): EarlierStorage['queue'];
  createAppliedMaps(rows: Rows, artefacts: Pick<Artefacts, 'create' | 'find'>): EarlierStorage['appliedMaps'];
  createLiveMapping(deps: {
    readText: () => Promise<string>;
    generation: EarlierStorage['generation'];
    check: () => Promise<MappingProblem[]>;
    createRegistry: () => object;
    applied: EarlierStorage['appliedMaps'];
    clock: Clock;
    log: Log;
  }): { current(): Promise<object> };
  parseMapping(text: string): { bindings: readonly Binding[] } | { problems: MappingProblem[] };
  parseRuntimeMapping(text: string): { bindings: readonly Binding[] } | { problems: MappingProblem[] };
  renderMapping(bindings: readonly Binding[]): object;
  formatFailure(failure: { code: string; detail?: string }): string;
  appendMarker(text: string, marker: object): string;
  parseMarker(text: string): object | undefined;
  formatFooter(footer: object): string;
  parseFooter(markdown: string): object | undefined;
  findForeignClaim(value: unknown, agentId: string, now: number): object | undefined;
}

/** The code of 0.1.0; test/fixtures/releases/0.1.0/README.md says which. */
export async function loadEarlierCode(): Promise<EarlierCode> {
  // The cast is true for the one file there is, which is never edited.
  return (await import(
    new URL('./fixtures/releases/0.1.0/release.mjs', import.meta.url).href
  )) as unknown as EarlierCode;
}

/** Opens the same storage with the code of 0.1.0. */
export function openEarlierStorage(
  code: EarlierCode,
  { parts, artefacts }: { parts: StorageParts; artefacts: Artefacts },
  options: { clock: Clock; log: Log },
): EarlierStorage {
  return {
    ...code.joinPorts(parts.rows, options),
    queue: code.createTaskQueue(parts),
    appliedMaps: code.createAppliedMaps(parts.rows.state, artefacts),
  };
}

import { activity } from '../../cli/commands/activity/activity.ts';
import { createBoard } from '../../cli/commands/board/read/board.ts';
import { listRuns } from '../../cli/commands/board/read/list-runs.ts';
import { readFilters } from '../../cli/commands/board/read/run-filters.ts';
import { explain } from '../../cli/commands/explain/explain.ts';
import { RunLsOptions, runLs } from '../../cli/commands/run/ls.ts';
import { type Azurite, startAzurite } from '../../sandbox/storage/azurite.ts';
import { type StorageProxy, startStorageProxy } from '../../sandbox/storage/storage-proxy.ts';
import { createStateAccount } from '../../shared/adapters/storage/state-account.ts';
import { createStorage } from '../../shared/adapters/storage/storage.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { HOUR, MINUTE } from '../../shared/kernel/clock.ts';
import { createWholeApp, someBindings, type WholeApp } from '../../test/builders/whole-app.ts';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../test/doubles/memory-tools.ts';
import { createSteppedClock, type SteppedClock } from '../../test/doubles/stepped-clock.ts';
import { fillStorage } from './fill-storage.ts';

export interface GrowthSizes {
  /** Finished runs, smallest first. */
  runs: readonly number[];
  /** Bindings, smallest first. */
  bindings: readonly number[];
}

/** What one piece of work costs. */
export interface Usage {
  operations: number;
  rows: number;
  bytes: number;
  logBytes: number;
}

/** One piece of work at each size of one of the two. */
export interface Growth {
  work: string;
  grownIn: keyof GrowthSizes;
  sizes: readonly number[];
  usages: Usage[];
}

type Emulator = Pick<Azurite, 'connectionString' | 'ports' | 'account'>;

/** What an operator and the timers do again and again, and what it costs in a storage of some size. */
export async function measureGrowth(
  { runs, bindings }: GrowthSizes,
  { emulator, report }: { emulator: Emulator; report: (what: string) => void },
): Promise<Growth[]> {
  const proxy = await startStorageProxy(emulator);
  try {
    const [fewRuns = 1] = runs;
    const [fewBindings = 1] = bindings;
    const measure = async (size: { runs: number; bindings: number }) => {
      const usages = await measureAt(size, { emulator, proxy });
      report(`${size.runs} runs, ${size.bindings} bindings`);
      return usages;
    };
    const byRuns: Map<string, Usage>[] = [];
    for (const count of runs) byRuns.push(await measure({ runs: count, bindings: fewBindings }));
    const byBindings: Map<string, Usage>[] = byRuns.slice(0, 1);
    for (const count of bindings.slice(1)) byBindings.push(await measure({ runs: fewRuns, bindings: count }));
    return [...toGrowth('runs', runs, byRuns), ...toGrowth('bindings', bindings, byBindings)];
  } finally {
    await proxy.stop();
  }
}

/** The same with an emulator of its own. */
export async function measureGrowthAlone(sizes: GrowthSizes, report: (what: string) => void): Promise<Growth[]> {
  const emulator = await startAzurite();
  try {
    return await measureGrowth(sizes, { emulator, report });
  } finally {
    await emulator.stop();
  }
}

function toGrowth(grownIn: Growth['grownIn'], sizes: readonly number[], measured: Map<string, Usage>[]): Growth[] {
  const works = [...(measured[0]?.keys() ?? [])];
  return works.map((work) => ({
    work,
    grownIn,
    sizes,
    usages: measured.flatMap((usages) => usages.get(work) ?? []),
  }));
}

async function measureAt(
  { runs, bindings: count }: { runs: number; bindings: number },
  { emulator, proxy }: { emulator: Emulator; proxy: StorageProxy },
): Promise<Map<string, Usage>> {
  const prefix = `r${runs}b${count}`;
  const clock = createSteppedClock();
  const storage = createStorage({ connectionString: proxy.connectionString }, { prefix, clock });
  const tables = createStateAccount({ connectionString: emulator.connectionString }, prefix, (text) => text).rows;
  const bindings = someBindings(count);
  // The first use makes a table, which is none of the work that is measured.
  for (const rows of Object.values(tables)) await rows.find('none', 'none');
  await fillStorage(tables, { runs, projects: count, now: clock.time });
  const app = createWholeApp({ storage, clock, bindings });
  // What is looked up first, and where the first polls begin.
  for (let minute = 0; minute < 4; minute += 1) {
    clock.time += MINUTE;
    await app.tick();
  }
  const usages = new Map<string, Usage>();
  for (const [name, work] of Object.entries(listWorks({ app, storage, clock, runs, bindings }))) {
    clock.time += MINUTE;
    usages.set(name, await measureOne(work, { app, proxy }));
  }
  return usages;
}

/** Resolves to the text it printed, where it prints. */
type Work = () => Promise<unknown>;

function listWorks({
  app,
  storage,
  clock,
  runs,
  bindings,
}: {
  app: WholeApp;
  storage: Storage;
  clock: SteppedClock;
  runs: number;
  bindings: readonly Binding[];
}): Record<string, Work> {
  const command = async (
    run: (io: ReturnType<typeof createMemoryIO>, tools: ReturnType<typeof toTools>) => unknown,
  ) => {
    const io = createMemoryIO({ clock });
    await run(io, toTools(storage, bindings));
    return io.stdout + io.stderr;
  };
  return {
    sweep: app.sweep,
    'poll of GitLab': app.pollGitLab,
    'poll of Jira': app.pollJira,
    health: app.health,
    admit: () => app.admit(runs + 1),
    review: () => app.beginReview(1),
    'cmap explain': () => command((io, tools) => explain({ subject: '1!1', json: false }, io, tools)),
    'cmap activity': () => command((io, tools) => activity({ follow: false, steps: false, json: false }, io, tools)),
    'cmap run ls': () => command((io, tools) => runLs(RunLsOptions.parse({}), io, tools)),
    'page of runs': async () => {
      const board = createBoard({ tools: toTools(storage, bindings), env: {}, clock });
      await listRuns(readFilters({}), board);
    },
    async purge() {
      clock.time += 6 * HOUR;
      await app.purge();
    },
  };
}

function toTools(storage: Storage, bindings: readonly Binding[]) {
  return { ...createMemoryTools(), storage: async () => storage, bindings: async () => bindings };
}

async function measureOne(work: Work, { app, proxy }: { app: WholeApp; proxy: StorageProxy }): Promise<Usage> {
  proxy.resetCounts();
  app.log.lines.length = 0;
  const answer = await work();
  const printed = typeof answer === 'string' ? answer : '';
  const operations = Object.values(proxy.counts()).reduce((sum, count) => sum + count, 0);
  const logged = app.log.lines
    .map(({ level, event, fields }) => JSON.stringify({ level, event, ...fields }))
    .join('\n');
  return { operations, ...proxy.traffic(), logBytes: Buffer.byteLength(logged + printed) };
}

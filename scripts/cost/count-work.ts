import { drain } from '../../runner-container/drain/drain.ts';
import { buildEchoTask } from '../../shared/domain/tasks/build-task.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { DRAIN_TIMES } from '../../test/builders/drain.ts';
import { createWholeApp, someBindings } from '../../test/builders/whole-app.ts';
import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { createMemoryLog, type LogLine } from '../../test/doubles/memory-log.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { countStorage } from '../bench-tools/count-storage.ts';

/** What a piece of work asks of storage and GitLab, and writes into the log. */
export interface CountedWork {
  tableRequests: number;
  queueRequests: number;
  gitlabCalls: number;
  logLines: number;
  logBytes: number;
}

/** What no test can know of a deployment; the page says it. */
export const ASSUMED_TASK = { minutes: 10, stages: 15, agentSteps: 60, gitlabCalls: 25 };

const COUNTED_HOURS = 6;
const BINDINGS = 10;

/** A minute in which nothing happens, as the mean of six hours, which have one purge. */
export async function countIdleMinute(): Promise<CountedWork> {
  const clock = createSteppedClock();
  const storage = createMemoryStorage({ clock });
  const app = createWholeApp({ storage, clock, bindings: someBindings(BINDINGS) });
  // What is looked up first, and where a first poll begins.
  for (let minute = 0; minute < 5; minute += 1) {
    clock.time += MINUTE;
    await app.tick();
  }
  const count = countStorage(storage);
  const calls = app.countGitLabCalls();
  app.log.lines.length = 0;
  const minutes = (COUNTED_HOURS * HOUR) / MINUTE;
  for (let minute = 0; minute < minutes; minute += 1) {
    clock.time += MINUTE;
    await app.tick();
  }
  const { tables, queues } = count();
  return {
    tableRequests: tables / minutes,
    queueRequests: queues / minutes,
    gitlabCalls: (app.countGitLabCalls() - calls) / minutes,
    logLines: app.log.lines.length / minutes,
    logBytes: countBytes(app.log.lines) / minutes,
  };
}

/** A task from its admission to its end, with as many stages and steps and as long a life as is assumed. */
export async function countTask(): Promise<CountedWork> {
  const clock = createManualClock();
  const storage = createMemoryStorage({ clock });
  const log = createMemoryLog();
  const common = { ...storage, clock, log };
  const count = countStorage(storage);
  const { minutes, stages, agentSteps, gitlabCalls } = ASSUMED_TASK;
  await admitTask(buildEchoTask({ name: 'counted', text: 'counted' }), common);
  const drained = drain(
    {
      ...common,
      ...DRAIN_TIMES,
      runnerId: 'counted',
      notify: async () => {},
      async perform(context) {
        for (let stage = 0; stage < stages; stage += 1) await context.stage('cloned');
        for (let step = 0; step < agentSteps; step += 1) {
          context.step({ tool: 'view', target: 'src/app.ts' });
          await clock.sleep((minutes * MINUTE) / agentSteps);
        }
        return { kind: 'done', result: { what: 'echo' } };
      },
    },
    new AbortController().signal,
  );
  await clock.advance(minutes * MINUTE + SECOND);
  await drained;
  const { tables, queues } = count();
  const lines = log.lines.filter(({ level }) => level !== 'debug');
  return {
    tableRequests: tables,
    queueRequests: queues,
    gitlabCalls,
    logLines: lines.length,
    logBytes: countBytes(lines),
  };
}

/** As the lines stand in the log. */
function countBytes(lines: readonly LogLine[]): number {
  const common = { time: '2026-01-05T09:00:00.000Z', program: 'functions', agentId: 'cmap-prod' };
  return lines.reduce(
    (sum, { level, event, fields }) =>
      sum + Buffer.byteLength(JSON.stringify({ ...common, level, event, ...fields })) + 1,
    0,
  );
}

import { planLookMs } from '../../runner-container/drain/plan-look.ts';
import { plannedStarts } from '../../sandbox/job/planned-starts.ts';
import { createRandom } from '../../sandbox/torture/environment/random.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/kernel/clock.ts';

export interface Load {
  tasksPerDay: number;
  /** On average; one takes half of it to one and a half. */
  taskMinutes: number;
  runsAtOnce: number;
  maxExecutions: number;
  startSeconds: number;
}

interface Execution {
  startedAt: number;
  worksFrom: number;
  looksAt: number;
  /** When each of its runs ends. */
  runs: number[];
}

const DAYS = 2;
const STEP_MS = SECOND / 2;
const SCALER_LOOKS_EVERY_MS = 30 * SECOND;
/** infra/runner-job.tf, less the longest run: for how long an execution begins runs. */
const BEGINS_FOR_MS = (runsAtOnce: number) => (runsAtOnce > 1 ? 3 * HOUR : 0) + 5 * MINUTE;

/**
 * For how many seconds executions of the job are paid for each task, and how long one waits at most. Tasks come at
 * random times; the scaler's arithmetic and the rule by which runners look for messages are the real ones.
 */
export function simulateExecutions(load: Load): { paidSeconds: number; longestWaitSeconds: number } {
  const random = createRandom(1);
  const meanGapMs = (24 * HOUR) / load.tasksPerDay;
  let nextAt = -Math.log(1 - random.next()) * meanGapMs;
  /** When the tasks that wait came. */
  const waiting: number[] = [];
  let longestWaitMs = 0;
  let tasks = 0;
  let paidMs = 0;
  const executions: Execution[] = [];

  for (let now = 0; now < DAYS * 24 * HOUR; now += STEP_MS) {
    for (; nextAt <= now; nextAt += -Math.log(1 - random.next()) * meanGapMs) {
      waiting.push(nextAt);
      tasks += 1;
    }
    for (const one of executions) {
      one.runs = one.runs.filter((end) => end > now);
      const mayBegin = one.runs.length === 0 || now - one.startedAt < BEGINS_FOR_MS(load.runsAtOnce);
      while (
        now >= one.worksFrom &&
        now >= one.looksAt &&
        waiting.length > 0 &&
        one.runs.length < load.runsAtOnce &&
        mayBegin
      ) {
        longestWaitMs = Math.max(longestWaitMs, now - (waiting.shift() ?? now));
        one.runs.push(now + load.taskMinutes * MINUTE * (0.5 + random.next()));
      }
      if (now >= one.looksAt) one.looksAt = now + planLookMs(load.runsAtOnce, one.runs.length);
    }
    for (const one of executions.filter(({ worksFrom, runs }) => now >= worksFrom && runs.length === 0)) {
      executions.splice(executions.indexOf(one), 1);
      paidMs += now - one.startedAt;
    }
    if (now % SCALER_LOOKS_EVERY_MS !== 0) continue;
    const held = executions.filter(({ runs }) => runs.length > 0).length;
    const starts = plannedStarts({
      queueLength: waiting.length + held,
      messagesPerExecution: 1,
      maxExecutions: load.maxExecutions,
      running: executions.length,
    });
    for (let start = 0; start < starts; start += 1) {
      const worksFrom = now + load.startSeconds * SECOND;
      executions.push({ startedAt: now, worksFrom, looksAt: worksFrom, runs: [] });
    }
  }
  return { paidSeconds: paidMs / SECOND / tasks, longestWaitSeconds: longestWaitMs / SECOND };
}

import { setTimeout as delay } from 'node:timers/promises';
import type { Action } from '../actions/action.ts';
import { LANES, WORK } from '../actions/lanes.ts';
import { type PlannedAction, planActions } from '../actions/plan-actions.ts';
import { completeMap } from '../actions/reload-map.ts';
import { createTicketOf } from '../actions/tickets.ts';
import { checkHealth } from '../checks/check-health.ts';
import { checkLateness } from '../checks/check-lateness.ts';
import { checkLeaks } from '../checks/check-leaks.ts';
import { checkLog } from '../checks/check-log.ts';
import { checkMonth } from '../checks/check-month.ts';
import { checkTextEffects } from '../checks/check-text-effects.ts';
import type { Violation } from '../checks/violation.ts';
import { createRandom } from '../environment/random.ts';
import { BRANCHING, KEEPING, MARKING, MENDING, TEAMS } from '../environment/teams.ts';
import {
  startTortureEnvironment,
  type TortureEnvironment,
  type TortureEnvironmentOptions,
} from '../environment/torture-environment.ts';
import { buildReport, type TortureReport } from './report.ts';
import { endOfWork, endTrouble, settle } from './settle.ts';

export interface TortureOptions {
  minutes: number;
  seed: number;
  /** How long nothing may come to an end before what is left counts as lost or stuck, once the trouble is over. */
  settleWithinMs: number;
  /** How long a ticket may wait while another team is in trouble; without a limit unless given. */
  lateAfterMs?: number;
  functionInstances?: number;
  runners?: number;
  /** An emulator and built programs that are there already. */
  parts?: Pick<TortureEnvironmentOptions, 'azurite' | 'programs'>;
  /** Called with every action as it happens. */
  onAction?: (line: string) => void;
}

/**
 * Runs a whole deployment while its processes die, its storage and the services it uses fail, and people work as people
 * do; then lets it come to rest and looks in every system whether all promises were kept. Resolves to the report and
 * the whole log.
 */
export async function runTorture(options: TortureOptions): Promise<{ report: TortureReport; log: string[] }> {
  const { minutes, seed, settleWithinMs, functionInstances = 4, runners = RUNNERS } = options;
  const { lateAfterMs = Number.POSITIVE_INFINITY } = options;
  const torture = await startTortureEnvironment({ seed, functionInstances, runners, ...options.parts });
  try {
    const actions = await play(planActions(seed, minutes * 60_000, LANES), minutes * 60_000, torture, options);
    const neverPlayed = listNeverPlayed(actions);
    const ofMonth = await checkMonth(torture);
    endTrouble(torture);
    endOfWork(torture);
    await completeMap(torture);
    torture.note('the trouble is over');
    const settled = await settle(torture, settleWithinMs);
    const lateness = await checkLateness(settled.facts, torture, lateAfterMs);
    settled.violations.push(...ofMonth, ...checkLog(torture), ...checkTextEffects(torture), ...lateness.violations);
    settled.violations.push(...(await checkHealth(torture)), ...(await checkLeaks(torture)));
    if (minutes >= LONG_ENOUGH_MINUTES) settled.violations.push(...neverPlayed.map(toViolation));
    const about = { seed, minutes, actions, neverPlayed };
    return { report: buildReport(about, settled, lateness, torture), log: torture.log };
  } finally {
    await torture.close();
  }
}

/** A torture of this length has time for each action, also on a machine with other work. */
const LONG_ENOUGH_MINUTES = 5;

/** What a torture has not tried, it says nothing about. */
function listNeverPlayed(counts: Readonly<Record<string, number>>): string[] {
  return LANES.flatMap(({ actions }) => actions.map(({ name }) => name)).filter((name) => counts[name] === undefined);
}

function toViolation(name: string): Violation {
  return { kind: 'defect', what: `nothing was found to do for "${name}" in all this time`, ids: [] };
}

const RUNNERS = 3;
/** What people do there can begin only when several runs of a ticket have ended. */
const SLOW_TEAMS: readonly string[] = [MENDING, KEEPING, BRANCHING, MARKING];
/** One ticket of each kind of work: as bindings are by default, and with what they may turn on. */
const FIRST_TEAMS = TEAMS.filter(({ jiraProject, rules, route }) => jiraProject === 'PROJ' || rules || route).toSorted(
  (one, other) => Number(SLOW_TEAMS.includes(other.jiraProject)) - Number(SLOW_TEAMS.includes(one.jiraProject)),
);
/**
 * A slow machine does less work, it does not fall behind: what waits for a free runner says nothing of what is lost,
 * stuck or late.
 */
const QUEUED_PER_RUNNER = 3;
const HELD_BACK = 'work held back';

async function play(
  plan: PlannedAction<Action>[],
  durationMs: number,
  torture: TortureEnvironment,
  { seed, onAction, runners = RUNNERS }: TortureOptions,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const startedAt = Date.now();
  const random = createRandom(seed);
  torture.frontDoor.setTrouble(true);
  const underWay: Promise<void>[] = [];
  const begin = (planned: Pick<PlannedAction<Action>, 'action' | 'random'>) => {
    underWay.push(perform(planned, torture, counts, onAction));
  };
  for (const team of FIRST_TEAMS) begin({ action: createTicketOf(team), random: random.fork() });
  for (const planned of plan) {
    await delay(Math.max(0, startedAt + planned.atMs - Date.now()));
    if (planned.isFirst)
      underWay.push(performOnce(planned, torture, { counts, onAction, until: startedAt + durationMs }));
    else if (WORK.has(planned.action) && (await countQueued(torture)) >= QUEUED_PER_RUNNER * runners)
      counts[HELD_BACK] = (counts[HELD_BACK] ?? 0) + 1;
    else begin(planned);
  }
  await delay(Math.max(0, startedAt + durationMs - Date.now()));
  await Promise.all(underWay);
  return counts;
}

const LOOK_AGAIN_MS = 2000;

/** Does an action as soon as there is something to do it to. */
async function performOnce(
  planned: PlannedAction<Action>,
  torture: TortureEnvironment,
  { counts, onAction, until }: { counts: Record<string, number>; onAction: TortureOptions['onAction']; until: number },
): Promise<void> {
  const { name } = planned.action;
  while (counts[name] === undefined && Date.now() < until) {
    await perform(planned, torture, counts, onAction);
    if (counts[name] === undefined) await delay(LOOK_AGAIN_MS);
  }
}

/** Messages that wait for a runner or are in one, as the queue itself counts them. */
async function countQueued({ environment }: TortureEnvironment): Promise<number> {
  const { count } = await environment.storage.queue.getDepth();
  return count;
}

async function perform(
  { action, random }: Pick<PlannedAction<Action>, 'action' | 'random'>,
  torture: TortureEnvironment,
  counts: Record<string, number>,
  onAction: TortureOptions['onAction'],
): Promise<void> {
  const report = (text: string) => {
    torture.note(`${action.name}: ${text}`);
    onAction?.(`${action.name}: ${text}`);
  };
  try {
    const done = await action.run(torture, random);
    if (done === undefined) return;
    counts[action.name] = (counts[action.name] ?? 0) + 1;
    report(done);
  } catch (error) {
    report(`refused, ${String(error).split('\n', 1)[0]}`);
  }
}

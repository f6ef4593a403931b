import { type Clock, MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { waitAtMost } from '../../shared/kernel/waits.ts';
import type { FunctionEntry, TimerEntry } from './function-table.ts';

export interface JoinDeps {
  clock: Pick<Clock, 'now' | 'sleep'>;
  log: Log;
}

/**
 * How long an invocation waits for its parts. The host never overlaps a timer with itself, so one part that takes
 * longer than the minute between two ticks would keep the others waiting.
 */
const WAIT_MS = 50 * SECOND;

/** A part that has not ended by then never will: it begins anew. The host's own limit, which ends an invocation. */
const LOST_AFTER_MS = 10 * MINUTE;

/**
 * The same functions, with timers of one schedule joined to one: on Flex Consumption each function scales by itself, so
 * three timers are three instances a minute that do nothing (https://learn.microsoft.com/azure/azure-functions/
 * flex-consumption-plan#per-function-scaling). The parts run side by side; none waits for or fails with another. A part
 * that takes long goes on after the invocation has ended, and later ticks leave it out until it has, for ten minutes.
 */
export function joinTimers(table: readonly FunctionEntry[], deps: JoinDeps): FunctionEntry[] {
  const timers = Map.groupBy(
    table.filter((entry) => entry.trigger === 'timer'),
    ({ schedule }) => schedule,
  );
  return [
    ...table.filter((entry) => entry.trigger !== 'timer'),
    ...[...timers.values()].flatMap((parts) => (parts.length === 1 ? parts : [join(parts, deps)])),
  ];
}

function join(parts: readonly TimerEntry[], { clock, log }: JoinDeps): TimerEntry {
  const names = parts.map(({ name }) => name);
  const running = new Map<string, { promise: Promise<unknown>; since: number }>();

  const handler: TimerEntry['handler'] = async (tick, context) => {
    const begun = parts.filter(({ name }) => isDue(name)).map((part) => begin(part, tick, context));
    const all = Promise.allSettled(begun.map(({ promise }) => promise));
    const outcomes = await waitAtMost(WAIT_MS, all, clock);
    if (outcomes) return throwAll(outcomes);
    for (const { name, promise } of begun.filter((part) => running.get(part.name)?.promise === part.promise)) {
      log.warn('timer takes longer than a tick', { function: name });
      promise.catch((error: unknown) => log.error('timer failed', { function: name, error }));
    }
  };

  function begin({ name, handler: work }: TimerEntry, ...invocation: Parameters<TimerEntry['handler']>) {
    const promise = (async () => work(...invocation))().finally(() => {
      if (running.get(name)?.promise === promise) running.delete(name);
    });
    running.set(name, { promise, since: clock.now() });
    return { name, promise };
  }

  function isDue(name: string): boolean {
    const since = running.get(name)?.since;
    return since === undefined || clock.now() - since >= LOST_AFTER_MS;
  }

  return { trigger: 'timer', name: nameOf(names), schedule: parts[0]?.schedule ?? '', handler, parts };
}

/** That of every deployment is called `tick`; another says what it is made of. */
function nameOf(names: readonly string[]): string {
  return names.includes('sweep') ? 'tick' : names.join('-and-');
}

/** The host shows the failure of an invocation: that of its part, or all of them. */
function throwAll(outcomes: readonly PromiseSettledResult<unknown>[]): void {
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  const texts = new Set(errors.map(String));
  // An app that cannot start says so once, not once for each part.
  if (texts.size === 1) throw errors[0];
  if (texts.size > 1) throw new AggregateError(errors, [...texts].join('; '));
}

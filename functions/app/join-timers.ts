import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { FunctionEntry, TimerEntry } from './function-table.ts';

export interface JoinDeps {
  clock: Pick<Clock, 'sleep'>;
  log: Log;
}

/**
 * How long an invocation waits for its parts. The host never overlaps a timer with itself, so one part that takes
 * longer than the minute between two ticks would keep the others waiting.
 */
const WAIT_MS = 50 * SECOND;

/**
 * The same functions, with timers of one schedule joined to one: on Flex Consumption each function scales by itself, so
 * three timers are three instances a minute that do nothing (https://learn.microsoft.com/azure/azure-functions/
 * flex-consumption-plan#per-function-scaling). The parts run side by side; none waits for or fails with another. A part
 * that takes long goes on after the invocation has ended, and later ticks leave it out until it has.
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
  const running = new Map<string, Promise<unknown>>();

  const handler: TimerEntry['handler'] = async (tick, context) => {
    const begun = parts.filter(({ name }) => !running.has(name)).map((part) => begin(part, tick, context));
    const ended = new AbortController();
    const waited = clock.sleep(WAIT_MS, ended.signal).then(
      () => undefined,
      () => undefined,
    );
    const outcomes = await Promise.race([Promise.allSettled(begun), waited]);
    ended.abort();
    if (outcomes) return throwAll(outcomes);
    for (const [name, promise] of running) {
      log.warn('timer takes longer than a tick', { function: name });
      promise.catch((error: unknown) => log.error('timer failed', { function: name, error }));
    }
  };

  function begin({ name, handler: work }: TimerEntry, ...invocation: Parameters<TimerEntry['handler']>) {
    const promise = (async () => work(...invocation))().finally(() => running.delete(name));
    running.set(name, promise);
    return promise;
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

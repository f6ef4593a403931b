import type { OpenRun } from '../../shared/domain/ports/run-ledger.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import type { WaitingMessages } from '../../shared/domain/ports/task-queue.ts';
import type { Watermark } from '../../shared/domain/ports/watermarks.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { LiveMapping } from '../../shared/services/projects/live-mapping.ts';
import type { BindingStatus } from '../../shared/services/projects/registry-entry.ts';
import { groupEntries } from '../polling/gitlab/poll-groups.ts';
import { JIRA_POLLER, SWEEPER } from '../polling/poller-names.ts';
import { type Assessment, assess } from './assess.ts';
import { type PollerReport, reportPoller } from './poller-report.ts';
import type { TokenState } from './token-states.ts';

export interface ExaminationDeps {
  mapping: Pick<LiveMapping, 'current' | 'examineSource'>;
  queue: Pick<Storage['queue'], 'getDepth'>;
  pollers: Pick<Storage['pollers'], 'list'>;
  watermarks: Pick<Storage['watermarks'], 'list'>;
  ledger: Pick<Storage['ledger'], 'listOpen'>;
  tokenStates: () => Promise<TokenState[]>;
  /** Whether Jira is polled. */
  hasJira: boolean;
  /** When this instance began. */
  startedAt: number;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/** Everything health knows, with all names; what of it is shown is decided later. */
export interface Examination extends Assessment {
  generation: number;
  bindings: BindingStatus[];
  pollers: PollerReport[];
  sweeper: Pick<PollerReport, 'secondsSinceSuccess' | 'late'>;
  queue: Waiting & {
    poison: number;
    parked: number;
    running: number;
    /** Absent where there is but one queue of tasks. */
    byImage?: (Waiting & { image: string })[];
  };
  credentials: TokenState[];
}

interface Waiting {
  count: number;
  oldestSeconds: number;
}

/** Looks at map, storage, pollers and credentials. @throws {Error} when map or storage cannot be read. */
export async function examine(deps: ExaminationDeps): Promise<Examination> {
  const { mapping, queue, pollers, watermarks, ledger, tokenStates, startedAt, hasJira } = deps;
  const [view, source, depth, states, marks, open, credentials] = await Promise.all([
    mapping.current(),
    mapping.examineSource(),
    queue.getDepth(),
    pollers.list(),
    watermarks.list(),
    ledger.listOpen(),
    tokenStates(),
  ]);
  const now = deps.clock.now();
  const countIn = (state: OpenRun['state']) => open.filter((run) => run.state === state).length;
  // Looked up where that is due, so that no binding is shown as pending for want of a first event or as ready without
  // its credential.
  const groups = groupEntries(await view.registry.list({ confirmCredentials: true }));
  const bindings = view.registry.status();
  // Rows of groups that have left the map stay behind and mean nothing.
  const names = [...groups.map(({ name }) => name), ...(hasJira ? [JIRA_POLLER] : [])].sort();
  const times = { now, startedAt };
  const polled = names.map((name) => reportPoller(name, states.get(name), findOldest(name, marks), times));
  const sweeper = reportPoller(SWEEPER, states.get(SWEEPER), undefined, times);
  return {
    ...assess({ source, bindings, pollers: polled, sweeper, credentials }),
    generation: view.generation,
    bindings,
    // One that is new has nothing to report yet.
    pollers: polled.filter(({ name, late }) => late || states.has(name)),
    sweeper: { secondsSinceSuccess: sweeper.secondsSinceSuccess, late: sweeper.late },
    queue: {
      ...describeWaiting(depth, now),
      poison: depth.poisonCount,
      parked: countIn('parked'),
      running: countIn('running'),
      ...(depth.byImage
        ? { byImage: depth.byImage.map((one) => ({ image: one.image ?? 'default', ...describeWaiting(one, now) })) }
        : {}),
    },
    credentials,
  };
}

function describeWaiting({ count, oldestAt = Number.POSITIVE_INFINITY }: WaitingMessages, now: number): Waiting {
  return { count, oldestSeconds: Math.max(0, Math.round((now - oldestAt) / SECOND)) };
}

/** A poller may keep one watermark, or one for each group it looks at (`name~group`). */
function findOldest(poller: string, marks: ReadonlyMap<string, Watermark>): string | undefined {
  const one = marks.get(poller);
  if (one) return one.value;
  const isOwn = ([name]: [string, unknown]) => name.startsWith(`${poller}~`);
  const own = [...marks].filter(isOwn).map(([, { value }]) => value);
  return own.sort()[0];
}

import type { HttpHandler, HttpResponseInit } from '@azure/functions';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { Secret } from '../../shared/kernel/secret.ts';
import type { LiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import type { BindingStatus } from '../../shared/services/projects/registry-entry.ts';
import { groupEntries } from '../polling/gitlab/poll-groups.ts';
import { JIRA_POLLER } from '../polling/jira/poll-jira.ts';
import { SWEEPER } from '../sweep/sweep.ts';
import { type PollerReport, reportPoller } from './poller-report.ts';
import { createTokenStates, type TokenState, type TokenStatesDeps } from './token-states.ts';

export interface HealthDeps extends TokenStatesDeps {
  mapping: Pick<LiveMapping, 'current'>;
  queue: Pick<Storage['queue'], 'getDepth'>;
  pollers: Pick<Storage['pollers'], 'list'>;
  watermarks: Pick<Storage['watermarks'], 'list'>;
  /** Whether Jira is polled. */
  hasJira: boolean;
  ledger: Pick<Storage['ledger'], 'listByState'>;
  adminSecret?: Secret;
  log: Log;
}

/**
 * Says whether the app can do its job. 503 when it cannot, and the platform may replace the instance: storage or the
 * project map is out of reach, no binding is usable, or Jira or every GitLab group has failed for long. `degraded` when
 * a part cannot, such as one team's group, or when a timer has not run for long. Names of projects and credentials need
 * the admin secret; without it the answer has counts, which may be five seconds old, so that asking in a loop costs
 * next to nothing.
 */
export function createHealth(deps: HealthDeps): HttpHandler {
  const { adminSecret, clock } = deps;
  const examination = { ...deps, tokenStates: createTokenStates(deps), startedAt: clock.now() };
  const anonymous = keepFor(KEEP_MS, clock, () => answer(examination, false));
  return async (request) => {
    const detailed = adminSecret?.matches(request.headers.get('x-cmap-admin-secret')) ?? false;
    return detailed ? answer(examination, true) : anonymous();
  };
}

/** Anonymous requests within this time share one examination. */
const KEEP_MS = 5 * SECOND;

interface Examination extends HealthDeps {
  tokenStates: () => Promise<TokenState[]>;
  /** When this instance began. */
  startedAt: number;
}

async function answer(examination: Examination, detailed: boolean): Promise<HttpResponseInit> {
  try {
    const report = await examine(examination);
    return { status: report.status === 'down' ? 503 : 200, jsonBody: detailed ? report : summarize(report) };
  } catch (error) {
    examination.log.error('health check failed', { error });
    return { status: 503, jsonBody: { status: 'down', reasons: [describe(error, detailed)] } };
  }
}

/** One call at a time, and its result for a while; the call must not fail. */
function keepFor<T>(keepMs: number, clock: Pick<Clock, 'now'>, call: () => Promise<T>): () => Promise<T> {
  let kept: { result: Promise<T>; until: number } | undefined;
  return () => {
    if (!kept || kept.until <= clock.now()) {
      const fresh = { result: call(), until: Number.POSITIVE_INFINITY };
      void fresh.result.finally(() => {
        fresh.until = clock.now() + keepMs;
      });
      kept = fresh;
    }
    return kept.result;
  };
}

type Report = Awaited<ReturnType<typeof examine>>;

async function examine(examination: Examination) {
  const { mapping, queue, pollers, watermarks, ledger, tokenStates, startedAt, clock } = examination;
  const [view, depth, states, marks, parked, running, credentials] = await Promise.all([
    mapping.current(),
    queue.getDepth(),
    pollers.list(),
    watermarks.list(),
    ledger.listByState('parked'),
    ledger.listByState('running'),
    tokenStates(),
  ]);
  const now = clock.now();
  // Looked up where that is due, so that no binding is shown as pending for want of a first event.
  const groups = groupEntries(await view.registry.list());
  const bindings = view.registry.status();
  // Rows of groups that have left the map stay behind and mean nothing.
  const names = [...groups.map(({ name }) => name), ...(examination.hasJira ? [JIRA_POLLER] : [])].sort();
  const times = { now, startedAt };
  const polled = names.map((name) => reportPoller(name, states.get(name), findOldest(name, marks), times));
  const sweeper = reportPoller(SWEEPER, states.get(SWEEPER), undefined, times);
  return {
    ...judge({ bindings, pollers: polled, sweeper, credentials }),
    generation: view.generation,
    bindings,
    // One that is new has nothing to report yet.
    pollers: polled.filter(({ name, late }) => late || states.has(name)),
    sweeper: { secondsSinceSuccess: sweeper.secondsSinceSuccess, late: sweeper.late },
    queue: {
      count: depth.count,
      oldestSeconds: depth.oldestAt === undefined ? 0 : Math.max(0, Math.round((now - depth.oldestAt) / SECOND)),
      poison: depth.poisonCount,
      parked: parked.length,
      running: running.length,
    },
    credentials,
  };
}

/** A poller may keep one watermark, or one for each group it looks at (`name~group`). */
function findOldest(poller: string, marks: ReadonlyMap<string, string>): string | undefined {
  const own = [...marks].filter(([name]) => name === poller || name.startsWith(`${poller}~`)).map(([, value]) => value);
  return own.sort()[0];
}

const SOON_DAYS = 14;

interface Findings {
  bindings: BindingStatus[];
  pollers: PollerReport[];
  sweeper: PollerReport;
  credentials: TokenState[];
}

/** `reasons` counts and names no project, so that it needs no secret. */
function judge({ bindings, pollers, sweeper, credentials }: Findings) {
  const quarantined = bindings.filter(({ state }) => state === 'quarantined').length;
  const noneUsable = bindings.length > 0 && quarantined === bindings.length;
  const gitlab = pollers.filter(({ name }) => name !== JIRA_POLLER);
  const noGitLab = gitlab.length > 0 && gitlab.every(({ stalled }) => stalled);
  const stalled = pollers.filter((poller) => poller.stalled);
  const isGrave = ({ name }: PollerReport) => name === JIRA_POLLER || noGitLab;
  const down = [
    ...(noneUsable ? ['every binding is quarantined'] : []),
    ...stalled.filter(isGrave).map(describeStalled),
  ];
  const late = [...pollers, sweeper].filter((timer) => timer.late);
  const ending = credentials.filter(({ expiresInDays = SOON_DAYS }) => expiresInDays < SOON_DAYS).length;
  const broken = credentials.filter(({ problem }) => problem !== undefined).length;
  const degraded = [
    ...(quarantined > 0 && !noneUsable ? [`bindings quarantined: ${quarantined}`] : []),
    ...stalled.filter((poller) => !isGrave(poller)).map(describeStalled),
    ...[...new Set(late.map(({ name }) => publicName(name)))].map((name) => `timer of ${name} has not run for long`),
    ...(broken > 0 ? [`credentials not usable: ${broken}`] : []),
    ...(ending > 0 ? [`credentials that end within ${SOON_DAYS} days: ${ending}`] : []),
  ];
  const status = down.length > 0 ? ('down' as const) : degraded.length > 0 ? ('degraded' as const) : ('ok' as const);
  return { status, reasons: [...down, ...degraded] };
}

function describeStalled({ name, code }: PollerReport): string {
  return `poller ${publicName(name)} fails: ${code}`;
}

/** Without credential and group. */
function publicName(name: string): string {
  return name.split('~')[0] ?? name;
}

function summarize({ status, reasons, generation, bindings, pollers, sweeper, queue }: Report) {
  const count = (state: string) => bindings.filter((binding) => binding.state === state).length;
  return {
    status,
    reasons,
    generation,
    bindings: { ready: count('ready'), quarantined: count('quarantined') },
    pollers: pollers.map(({ name, ...rest }) => ({ name: publicName(name), ...rest })),
    sweeper,
    queue,
  };
}

function describe(error: unknown, detailed: boolean): string {
  if (error instanceof MappingError) return detailed ? error.message : 'the project map cannot be used';
  return error instanceof TaskError ? error.code : 'unexpected';
}

import type { HttpHandler } from '@azure/functions';

import { SECOND } from '../shared/clock.ts';
import { TaskError } from '../shared/errors.ts';
import type { Storage } from '../shared/lifecycle/storage.ts';
import { type LiveMapping, MappingError } from '../shared/registry/live-mapping.ts';
import type { BindingStatus } from '../shared/registry/registry-entry.ts';
import type { Secret } from '../shared/secret.ts';
import type { Log } from '../shared/telemetry/log.ts';
import { type PollerReport, reportPoller } from './health/poller-report.ts';
import { createTokenStates, type TokenState, type TokenStatesDeps } from './health/token-states.ts';

export interface HealthDeps extends TokenStatesDeps {
  mapping: Pick<LiveMapping, 'current'>;
  queue: Pick<Storage['queue'], 'getDepth'>;
  pollers: Pick<Storage['pollers'], 'list'>;
  watermarks: Pick<Storage['watermarks'], 'list'>;
  ledger: Pick<Storage['ledger'], 'listByState'>;
  adminSecret?: Secret;
  log: Log;
}

/**
 * Says whether the app can do its job. 503 when it cannot: storage or the project map is out of reach, no binding is usable, or a
 * poller has failed for long. `degraded` when a part cannot. Names of projects and credentials are for whoever has the admin
 * secret; everybody else reads counts.
 */
export function createHealth(deps: HealthDeps): HttpHandler {
  const tokenStates = createTokenStates(deps);
  return async (request) => {
    const detailed = deps.adminSecret?.matches(request.headers.get('x-cmap-admin-secret')) ?? false;
    try {
      const report = await look(deps, tokenStates);
      return { status: report.status === 'down' ? 503 : 200, jsonBody: detailed ? report : summarize(report) };
    } catch (error) {
      deps.log.error('health check failed', { error });
      return { status: 503, jsonBody: { status: 'down', reasons: [describe(error, detailed)] } };
    }
  };
}

type Report = Awaited<ReturnType<typeof look>>;

async function look(deps: HealthDeps, tokenStates: () => Promise<TokenState[]>) {
  const { mapping, queue, pollers, watermarks, ledger, clock } = deps;
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
  // Looked up where that is due, so that health says what is, not what nobody has asked for yet.
  await view.registry.list();
  const bindings = view.registry.status();
  const polled = [...states].map(([name, state]) => reportPoller(name, state, findOldest(name, marks), now));
  return {
    ...judge(bindings, polled, credentials),
    generation: view.generation,
    bindings,
    pollers: polled,
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

/** `reasons` counts and names no project, so that anybody may read it. */
function judge(bindings: BindingStatus[], pollers: PollerReport[], credentials: TokenState[]) {
  const quarantined = bindings.filter(({ state }) => state === 'quarantined').length;
  const stalled = pollers
    .filter((poller) => poller.stalled)
    .map(({ name, code }) => `poller ${name.split('~')[0]} fails: ${code}`);
  const noneUsable = bindings.length > 0 && quarantined === bindings.length;
  const down = [...(noneUsable ? ['every binding is quarantined'] : []), ...stalled];
  const ending = credentials.filter(({ expiresInDays = SOON_DAYS }) => expiresInDays < SOON_DAYS).length;
  const broken = credentials.filter(({ problem }) => problem !== undefined).length;
  const degraded = [
    ...(quarantined > 0 && !noneUsable ? [`bindings quarantined: ${quarantined}`] : []),
    ...(broken > 0 ? [`credentials not usable: ${broken}`] : []),
    ...(ending > 0 ? [`credentials that end within ${SOON_DAYS} days: ${ending}`] : []),
  ];
  const status = down.length > 0 ? ('down' as const) : degraded.length > 0 ? ('degraded' as const) : ('ok' as const);
  return { status, reasons: [...down, ...degraded] };
}

function summarize({ status, reasons, generation, bindings, pollers, queue }: Report) {
  const count = (state: string) => bindings.filter((binding) => binding.state === state).length;
  return {
    status,
    reasons,
    generation,
    bindings: { ready: count('ready'), quarantined: count('quarantined') },
    pollers: pollers.map(({ name, ...rest }) => ({ name: name.split('~')[0], ...rest })),
    queue,
  };
}

function describe(error: unknown, detailed: boolean): string {
  if (error instanceof MappingError) return detailed ? error.message : 'the project map cannot be used';
  return error instanceof TaskError ? error.code : 'unexpected';
}

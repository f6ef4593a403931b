import type { HttpHandler } from '@azure/functions';

import type { CredentialRegistry } from '../shared/credentials/credential-registry.ts';
import { TaskError } from '../shared/errors.ts';
import type { Storage } from '../shared/lifecycle/storage.ts';
import { type LiveMapping, MappingError } from '../shared/registry/live-mapping.ts';
import type { Secret } from '../shared/secret.ts';
import type { Log } from '../shared/telemetry/log.ts';

export interface HealthDeps {
  mapping: Pick<LiveMapping, 'current'>;
  queue: Pick<Storage['queue'], 'getDepth'>;
  pollers: Pick<Storage['pollers'], 'list'>;
  ledger: Pick<Storage['ledger'], 'listByState'>;
  credentials: Pick<CredentialRegistry, 'describe'>;
  adminSecret?: Secret;
  clock: { now(): number };
  log: Log;
}

/**
 * Says whether the app can do its job: 503 when storage or the project map is out of reach. Names of projects and credentials are
 * for whoever has the admin secret; everybody else reads counts.
 */
export function createHealth(deps: HealthDeps): HttpHandler {
  return async (request) => {
    const detailed = deps.adminSecret?.matches(request.headers.get('x-cmap-admin-secret')) ?? false;
    try {
      const report = await look(deps);
      return { status: 200, jsonBody: detailed ? report : summarize(report) };
    } catch (error) {
      deps.log.error('health check failed', { error });
      return { status: 503, jsonBody: { status: 'down', reason: describe(error, detailed) } };
    }
  };
}

type Report = Awaited<ReturnType<typeof look>>;

async function look({ mapping, queue, pollers, ledger, credentials, clock }: HealthDeps) {
  const [view, depth, states, parked, running] = await Promise.all([
    mapping.current(),
    queue.getDepth(),
    pollers.list(),
    ledger.listByState('parked'),
    ledger.listByState('running'),
  ]);
  const now = clock.now();
  // Looked up where that is due, so that health says what is, not what nobody has asked for yet.
  await view.registry.list();
  const bindings = view.registry.status();
  return {
    status: bindings.every(({ state }) => state === 'ready') ? ('ok' as const) : ('degraded' as const),
    generation: view.generation,
    bindings,
    pollers: [...states].map(([name, { lastSuccessAt, failures, nextAllowedAt, code }]) => ({
      name,
      secondsSinceSuccess: lastSuccessAt === undefined ? null : Math.round((now - lastSuccessAt) / 1000),
      failures,
      ...(code === undefined || failures === 0 ? {} : { code }),
      ...(nextAllowedAt !== undefined && nextAllowedAt > now
        ? { backOffSeconds: Math.round((nextAllowedAt - now) / 1000) }
        : {}),
    })),
    queue: {
      count: depth.count,
      oldestSeconds: depth.oldestAt === undefined ? 0 : Math.round((now - depth.oldestAt) / 1000),
      poison: depth.poisonCount,
      parked: parked.length,
      running: running.length,
    },
    credentials: credentials.describe(),
  };
}

function summarize({ status, generation, bindings, pollers, queue }: Report) {
  const count = (state: string) => bindings.filter((binding) => binding.state === state).length;
  return { status, generation, bindings: { ready: count('ready'), quarantined: count('quarantined') }, pollers, queue };
}

function describe(error: unknown, detailed: boolean): string {
  if (error instanceof MappingError) return detailed ? error.message : 'The project map cannot be used.';
  return error instanceof TaskError ? error.code : 'unexpected';
}

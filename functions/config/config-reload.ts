import type { HttpHandler, HttpRequest, HttpResponseInit } from '@azure/functions';

import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { LiveMapping, ReloadResult } from '../../shared/services/projects/live-mapping.ts';
import { type AdminDeps, guardAdmin } from '../http/guard-admin.ts';
import { readCappedBody } from '../http/read-capped-body.ts';
import { later, refused } from '../http/responses.ts';

export interface ConfigReloadDeps extends AdminDeps {
  mapping: Pick<LiveMapping, 'reload'>;
  /** Masks the credentials of this deployment, which may stand in a field by mistake. */
  redact: (text: string) => string;
  log: Log;
}

/** Each reload lets every issue in its trigger start again, so reloading in a loop would be expensive. */
const COOL_DOWN_MS = 10 * SECOND;

/**
 * `POST /api/config/reload`: reads the project map anew and answers what that changed; a bad map is refused with every
 * problem and the one before stays. `?dry-run=1` only says what would change. It takes no map: what runs is what the
 * source holds, and the source is under version control. The cool-down begins with a map that was put to use, so a
 * corrected one need not wait.
 */
export function createConfigReload(deps: ConfigReloadDeps): HttpHandler {
  const { mapping, redact, clock, log } = deps;
  let allowedAt = Number.NEGATIVE_INFINITY;
  let running = false;

  return guardAdmin(deps, async (request) => {
    const wrong = await findMistake(request);
    if (wrong) return refused(400, wrong);

    const waitMs = running ? COOL_DOWN_MS : allowedAt - clock.now();
    if (waitMs > 0) return later(429, 'the map was reloaded a moment ago', waitMs);

    const dryRun = request.query.has('dry-run');
    running = true;
    try {
      const result = await mapping.reload({ dryRun });
      if (!dryRun && !('problems' in result)) allowedAt = clock.now() + COOL_DOWN_MS;
      return answer(result, dryRun, { redact, log });
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.error('reload failed', { error });
      return later(503, error.code, COOL_DOWN_MS);
    } finally {
      running = false;
    }
  });
}

function answer(
  result: ReloadResult,
  dryRun: boolean,
  { redact, log }: Pick<ConfigReloadDeps, 'redact' | 'log'>,
): HttpResponseInit {
  if ('problems' in result) {
    log.warn('reload refused', { problems: result.problems.length });
    const error = 'the project map cannot be used; the one before stays';
    const problems = result.problems.map(({ where, message }) => ({ where: redact(where), message: redact(message) }));
    return { status: 422, jsonBody: { error, problems } };
  }
  const { generation, diff, warnings = [] } = result;
  const found = { generation, ...diff, ...(warnings.length > 0 ? { warnings } : {}) };
  if (dryRun) return { status: 200, jsonBody: { dryRun, ...found } };
  const { added, removed, changed } = diff;
  log.info('project map reloaded', {
    generation,
    added,
    removed,
    changed: changed.map(({ jiraProject }) => jiraProject),
  });
  if (warnings.length > 0)
    log.warn('bindings without their credential', { warnings: warnings.map(({ where }) => where) });
  return { status: 200, jsonBody: found };
}

async function findMistake(request: HttpRequest): Promise<string | undefined> {
  const body = await readCappedBody(request, 0);
  if (body.kind !== 'read') return 'a reload takes no body: it reads the map where JIRA_PROJECT_MAP_SOURCE says';
  const dryRun = request.query.get('dry-run');
  return dryRun === null || dryRun === '1' ? undefined : 'dry-run can only be 1';
}

import type { HttpHandler, HttpRequest } from '@azure/functions';
import { AuditRequest } from '../../shared/domain/tasks/audit-request.ts';
import { buildAuditTask } from '../../shared/domain/tasks/build-audit-task.ts';
import { SECOND } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import type { Log } from '../../shared/kernel/log.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { planAudit } from '../../shared/services/audit/plan-audit.ts';
import type { LiveMapping } from '../../shared/services/projects/live-mapping.ts';
import { decodeBody } from '../http/decode-body.ts';
import { type AdminDeps, guardAdmin } from '../http/guard-admin.ts';
import { readCappedBody } from '../http/read-capped-body.ts';
import { accepted, later, refused } from '../http/responses.ts';
import type { Admit } from '../ingest/create-admit.ts';

export interface RequestAuditDeps extends AdminDeps {
  admit: Admit;
  mapping: Pick<LiveMapping, 'current'>;
  traceparent: () => string | undefined;
  log: Log;
}

/** Far above any real request, and below what a task may hold. */
const MAX_BODY_BYTES = 16 * 1024;
const MAX_KEY_LENGTH = 255;
const TRY_AGAIN_AFTER_MS = 10 * SECOND;

/**
 * `POST /api/audits`: begins an audit and answers 202 with the id of its run. The same request again within a minute,
 * or with the same `Idempotency-Key`, answers the same run. Whether the version exists is seen by the run; whether the
 * map has the projects, at once.
 */
export function createRequestAudit(deps: RequestAuditDeps): HttpHandler {
  const { admit, mapping, clock, log } = deps;

  return guardAdmin(deps, async (request) => {
    const parsed = await readRequest(request);
    if ('refusal' in parsed) return parsed.refusal;

    try {
      const { bindings } = await mapping.current();
      const planned = planAudit(parsed.request, bindings.list);
      if ('problem' in planned) return refused(422, planned.problem);
      const { idempotencyKey } = parsed;
      const occasion = { at: clock.now(), idempotencyKey, traceparent: deps.traceparent() };
      const { kind, runId } = await admit(buildAuditTask(parsed.request, occasion));
      return accepted({ runId, ...(kind === 'duplicate' ? { duplicate: true } : {}) });
    } catch (error) {
      if (!(error instanceof TaskError)) throw error;
      log.error('audit not admitted', { error });
      return later(503, error.code, TRY_AGAIN_AFTER_MS);
    }
  });
}

type ReadRequest = { request: AuditRequest; idempotencyKey?: string } | { refusal: ReturnType<typeof refused> };

async function readRequest(request: HttpRequest): Promise<ReadRequest> {
  const body = await readCappedBody(request, MAX_BODY_BYTES);
  if (body.kind === 'too-large')
    return { refusal: refused(413, `the body of an audit has at most ${MAX_BODY_BYTES} bytes`) };
  if (body.kind === 'broken') return { refusal: refused(400, 'the body did not arrive whole') };

  const key = request.headers.get('idempotency-key');
  if (key !== null && (key === '' || key.length > MAX_KEY_LENGTH))
    return { refusal: refused(400, `idempotency-key must have 1 to ${MAX_KEY_LENGTH} characters`) };

  const document = parseJson(decodeBody(body.bytes));
  if (document === undefined) return { refusal: refused(400, 'the body must be JSON such as {"fixVersion":"2.4.0"}') };
  const parsed = AuditRequest.safeParse(document);
  if (!parsed.success) return { refusal: refused(400, describe(parsed.error.issues[0])) };
  return { request: parsed.data, ...(key === null ? {} : { idempotencyKey: key }) };
}

type Issue = { code?: string; path: PropertyKey[]; message: string; keys?: string[] };

/** The first mistake of a request in one sentence. */
function describe(issue: Issue | undefined): string {
  const fields = Object.keys(AuditRequest.shape).join(', ');
  if (issue?.keys) return `an audit has no field ${issue.keys[0]}; it takes ${fields}`;
  const where = issue?.path.map(String).join('.');
  return where ? `${where}: ${issue?.message}` : `the body must be an object with ${fields}`;
}

import { MINUTE } from '../../kernel/clock.ts';
import { shortHash } from '../../kernel/sha256.ts';
import { uniqueNames } from '../../kernel/text/unique-names.ts';
import { toIso } from '../../kernel/to-iso.ts';
import type { AuditTask } from '../runs/task.ts';
import type { AuditRequest } from './audit-request.ts';

export interface AuditOccasion {
  /** When it was asked for, in milliseconds: the same request within one minute is one task. */
  at: number;
  /** What tells this request from others instead of its minute. */
  idempotencyKey?: string | undefined;
  traceparent?: string | undefined;
}

/**
 * An audit as a task. Its id names the version, everything else that was asked for (as a hash) and the occasion, so
 * that a request that is sent twice is one run. One version is audited by one run at a time.
 */
export function buildAuditTask(request: AuditRequest, { at, idempotencyKey, traceparent }: AuditOccasion): AuditTask {
  const { fixVersion, from, to, environment, scope: labels } = request;
  const about = {
    fixVersion,
    projects: uniqueNames(request.projects),
    repositories: uniqueNames(request.repositories),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(environment === undefined ? {} : { environment }),
    labels: Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  const minute = toIso(Math.floor(at / MINUTE) * MINUTE).slice(0, 16);
  const occasion = idempotencyKey === undefined ? minute : `key-${shortHash(idempotencyKey)}`;
  const scope = auditScope(fixVersion);
  return {
    version: 1,
    kind: 'audit',
    id: [scope, shortHash(JSON.stringify(about)), occasion].join('~'),
    scope,
    credentialRef: 'default',
    ...(traceparent ? { traceparent } : {}),
    ...about,
  };
}

/** The longest version name that stands in a scope as it is. */
const LONGEST = 120;

/** The scope of everything that audits one version. */
export function auditScope(fixVersion: string): string {
  return fixVersion.length <= LONGEST
    ? `audit~${fixVersion}`
    : `audit~${fixVersion.slice(0, LONGEST)}~${shortHash(fixVersion)}`;
}

import type { AuditPlace } from '../../../domain/ports/audit-archive.ts';

/**
 * What decides how long a file is kept: the first part of its name, by which Terraform's rules of retention find it
 * (infra/audit.tf). `xlsx` holds what people read, `json` what programs read.
 */
export type AuditFileKind = 'json' | 'xlsx' | 'evidence';

/** `json/2.4.0/run-1a2b/audit.json` */
export function auditBlobName(place: AuditPlace, name: string): string {
  return `${auditFolder(kindOf(name), place)}${name}`;
}

/** `evidence/2.4.0/run-1a2b/` */
export function auditFolder(kind: AuditFileKind, { fixVersion, auditId }: AuditPlace): string {
  return `${versionFolder(kind, fixVersion)}${auditId}/`;
}

/** `json/2.4.0/`; a slash in a version's name makes no folder. */
export function versionFolder(kind: AuditFileKind, fixVersion: string): string {
  return `${kind}/${encodeURIComponent(fixVersion)}/`;
}

/** The audit a blob belongs to; `undefined` for what is none of an audit. */
export function parseAuditBlobName(blob: string): (AuditPlace & { name: string }) | undefined {
  const [, version = '', auditId = '', ...name] = blob.split('/');
  if (name.length === 0) return undefined;
  try {
    return { fixVersion: decodeURIComponent(version), auditId, name: name.join('/') };
  } catch {
    return undefined;
  }
}

function kindOf(name: string): AuditFileKind {
  return /\.json$/.test(name) ? 'json' : 'xlsx';
}

import type { EvidenceFiles } from './evidence.ts';

/** Which audit of which version; a run has at most one. */
export interface AuditPlace {
  fixVersion: string;
  /** The run in the ledger, or an id of its own for an audit from a command line. */
  auditId: string;
}

/** An audit as it is kept, newest first in lists. */
export interface ArchivedAudit extends AuditPlace {
  /** When its last file arrived, in milliseconds. */
  archivedAt: number;
}

export interface ArchivedFile {
  name: string;
  /** MIME type. */
  type: string;
  /** Length of the content. */
  bytes: number;
  /** Of the content, in hexadecimal. */
  sha256: string;
  /** The content in order; may be read more than once. */
  pieces(): Iterable<Uint8Array>;
}

/** Where audits are kept: nothing in it is changed or deleted before its time. Throws {TaskError} `storage-*`. */
export interface AuditArchive {
  /** How the evidence of an audit is named to people. */
  describe(place: AuditPlace): string;
  evidence(place: AuditPlace, scope: Readonly<Record<string, string>>): EvidenceFiles;
  /**
   * Stores a file of an audit, once: the same bytes again change nothing. Resolves to its address.
   * @throws {TaskError} `evidence-damaged` when there is another file of that name.
   */
  store(place: AuditPlace, file: ArchivedFile, scope: Readonly<Record<string, string>>): Promise<string>;
  find(place: AuditPlace, name: string): Promise<string | undefined>;
  /** Finished audits, newest first; of one version or of all. */
  list(fixVersion?: string): Promise<ArchivedAudit[]>;
  /** An address people can open until it expires, or the plain address where none such can be made. */
  link(
    place: AuditPlace,
    name: string,
    times: { now: number; expiresAt: number },
  ): Promise<{ url: string; expires: boolean }>;
}

import type { Source } from '../audit/facts/source.ts';

/** One question to a service whose answer is evidence of an audit. */
export interface EvidenceRequest {
  /** `git` is a local clone: its answers are evidence, and no calls. */
  service: 'gitlab' | 'jira' | 'git';
  method: 'GET' | 'POST';
  /**
   * Below the API's root, segments encoded; for GitLab's GraphQL `graphql`; for a clone the project's path and what is
   * read.
   */
  path: string;
  query?: Readonly<Record<string, string | number | boolean>>;
  body?: unknown;
  /** Whose token is used on GitLab; no part of what identifies the question. */
  credentialRef?: string;
  /**
   * The answer never changes: commits between two SHAs, a finished pipeline. It is not asked for again once it is
   * stored.
   */
  settled?: boolean;
}

export interface EvidenceAnswer {
  source: Source;
  /** Parsed JSON. */
  body: unknown;
  /** The next page of the same question; absent on the last one. */
  next?: EvidenceRequest;
}

/** Answers questions of an audit, from a service or from what was stored of it. */
export interface EvidenceReader {
  /**
   * @throws {TaskError} of the service, or `evidence-missing` / `evidence-damaged` where only what is stored may be
   * used.
   */
  read(request: EvidenceRequest, signal?: AbortSignal): Promise<EvidenceAnswer>;
}

/** What a service answered to one request, before it is stored. */
export interface RawAnswer {
  /** Where it was read, without credentials. */
  url: string;
  /** JSON as it came. */
  text: string;
  /** Path and query of the next page, as the service names it. */
  next?: Pick<EvidenceRequest, 'path' | 'query'>;
}

/** Asks a service. Each call is one finished request; retries are inside. */
export type EvidenceFetch = (request: EvidenceRequest, signal?: AbortSignal) => Promise<RawAnswer>;

/** Files that are written once: a folder, or a container of blobs. */
export interface EvidenceFiles {
  /** False when there is one at that path already; the first one stays. */
  create(path: string, text: string): Promise<boolean>;
  find(path: string): Promise<string | undefined>;
  /** Paths below a folder such as `records/`, sorted. */
  list(folder: string): Promise<string[]>;
}

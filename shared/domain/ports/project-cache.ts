/** What the registry remembers of a repository, so that a warm start asks GitLab nothing. */
export interface CachedProject {
  projectId: number;
  /** Absent in what earlier releases wrote. */
  path?: string;
  cloneUrl: string;
  webUrl: string;
  defaultBranch?: string;
  /** Milliseconds since the epoch. */
  resolvedAt: number;
}

/**
 * Remembers projects across processes. Keys are opaque text of up to 500 characters with any character in it: an
 * implementation encodes them as its storage needs. Losing an entry costs one look-up and nothing else.
 */
export interface ProjectCache {
  find(key: string): Promise<CachedProject | undefined>;
  put(key: string, value: CachedProject): Promise<void>;
  /** `put` for many by key, in few requests. */
  putAll(values: ReadonlyMap<string, CachedProject>): Promise<void>;
  /** All of it at once, by key, for those who need many. */
  list(): Promise<Map<string, CachedProject>>;
}

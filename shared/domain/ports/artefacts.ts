/**
 * Long texts of runs (transcripts, audit records) by path, e.g. `transcripts/run-1a2b/1.jsonl`. Written once, never
 * changed.
 */
export interface Artefacts {
  /** False when there is one at that path already; the first one stays. */
  create(path: string, text: string): Promise<boolean>;
  find(path: string): Promise<string | undefined>;
  /** Paths below a folder such as `transcripts/run-1a2b/`, sorted. */
  list(folder: string): Promise<string[]>;
}

/** Everything long that a run leaves, in one folder: it is deleted together. */
export function runFolder(runId: string): string {
  return `transcripts/${runId}/`;
}

/**
 * What else than transcripts is kept there: what a run in shadow has to say, a patch of what was made, what its session
 * was given, what the finished parts of a large review have said, refused work as it can be taken up again, and an
 * account of the work that is too long for the record.
 */
export type RunFileKind = 'shadow.json' | 'patch' | 'inputs.json' | 'review-parts.json' | 'refused.json' | 'account.md';

/** In the order of their times, the names of one attempt sort as its files were written. */
export function runFilePath(runId: string, attempt: number, now: number, kind: RunFileKind | 'jsonl'): string {
  return `${runFolder(runId)}${attempt}-${now}.${kind}`;
}

/** The transcripts among the paths of a run's folder, in their order. */
export function pickTranscripts(paths: readonly string[]): string[] {
  return paths.filter((path) => path.endsWith('.jsonl'));
}

/** The newest file of a kind. */
export function pickNewest(paths: readonly string[], kind: RunFileKind): string | undefined {
  return paths.findLast((path) => path.endsWith(`.${kind}`));
}

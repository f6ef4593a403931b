import { codeSpan } from '../../../shared/kernel/text/code-span.ts';
import { nameSome } from '../../../shared/kernel/text/list-some.ts';
import { diffRange } from '../../git/diff-range.ts';
import type { Repository } from '../../git/git.ts';
import { readRawDiff } from '../../git/read-raw-diff.ts';

/** A change as people read it. */
export interface Patch {
  text: string;
  files: number;
  /** What looks like a credential is masked in it. */
  isMasked: boolean;
  /** Its end is not in it. */
  isCut: boolean;
  /** What is to be known before it is applied; Markdown. */
  remarks: string[];
}

/** Longer ones are not read, and a ticket takes no 50 MB. As long as a transcript may be. */
const MAX_PATCH_BYTES = 5_000_000;
const MAX_NAMED = 10;

/**
 * What a commit changes, with every credential masked: the gate has looked for them in what is new only, and a patch
 * shows what stood there before as well.
 */
export async function readPatch(
  repository: Repository,
  sha: string,
  { maskWritten }: { maskWritten: (text: string) => string },
  signal: AbortSignal,
): Promise<Patch> {
  const range = { from: `${sha}^`, to: sha };
  const { changes, binaryPaths } = await readRawDiff(repository, range.from, range.to, signal);
  const { text: whole, truncated } = await diffRange(repository, { ...range, maxBytes: MAX_PATCH_BYTES }, signal);
  const text = maskWritten(whole);
  const binary = [...binaryPaths];
  const remarks = [
    ...(truncated
      ? [`It is longer than ${MAX_PATCH_BYTES / 1_000_000} MB and was cut there, so it cannot be applied`]
      : []),
    ...(text === whole ? [] : ['Values in it that look like credentials are masked, so it may not apply there']),
    ...(binary.length === 0 ? [] : [`Binary files are named in it without their content: ${listPaths(binary)}`]),
  ];
  return { text, files: changes.length, isMasked: text !== whole, isCut: truncated, remarks };
}

function listPaths(paths: readonly string[]): string {
  return nameSome(paths.map(codeSpan), MAX_NAMED);
}

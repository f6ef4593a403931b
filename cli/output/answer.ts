import type { CliIO } from '../io/io.ts';

export interface Answer {
  json: boolean;
  /** What scripts read, beside `ok`. */
  document: object;
  /** What people read instead; empty prints nothing. */
  text: () => string | readonly string[];
  /** False when the command looked and the answer is no. */
  ok?: boolean;
  /** Where the command has codes of its own. */
  exitCode?: number;
  /** The text is a file, a script or what others wrote, and is printed as it is. */
  verbatim?: boolean;
}

/**
 * Prints what a command found, once: as one JSON document with `--json`, otherwise as text. Returns the exit code: 0,
 * or 1 when `ok` is false, unless one is given.
 */
export function answer(
  { json, document, text, ok = true, exitCode, verbatim = false }: Answer,
  io: Pick<CliIO, 'print' | 'tell'>,
): number {
  const shown = formatAnswer({ json, document, text, ok });
  if (shown !== '') (json || verbatim ? io.print : io.tell)(shown);
  return exitCode ?? (ok ? 0 : 1);
}

/** What `answer` prints, for a file. */
export function formatAnswer({ json, document, text, ok = true }: Answer): string {
  return json ? JSON.stringify({ ok, ...document }, null, 2) : [text()].flat().join('\n');
}

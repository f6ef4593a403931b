import * as z from 'zod';
import { lazily } from '../lazily.ts';
import { parseJson } from '../parse-json.ts';

/**
 * What the product hides in everything it writes, so that it finds its own text again. Only text written by the
 * product's own account may be believed: anybody can type a marker.
 */
export const Marker = lazily(() => {
  const short = z.string().min(1).max(400).optional();
  return z.strictObject({
    /** What the text is for: `progress`, `summary`, `finding`, `answer`. */
    purpose: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
    /** The scope of the run that wrote it. */
    scope: short,
    run: short,
    /** The head commit the text is about. */
    sha: z
      .string()
      .regex(/^[0-9a-f]{7,64}$/)
      .optional(),
    /** Which finding this is. */
    fingerprint: short,
    /** Id of the note this answers. */
    answers: z.int().positive().optional(),
  });
});
export type Marker = z.infer<ReturnType<typeof Marker>>;

const OPEN = '<!-- cmap ';
const CLOSE = ' -->';

/**
 * The marker as one line of hidden text. No value can end the comment early: `<`, `>` and double hyphens are escaped.
 * @throws {z.ZodError} for a marker outside the grammar, because it could not be read back.
 */
export function formatMarker(marker: Marker): string {
  const json = JSON.stringify(Marker().parse(marker));
  return `${OPEN}${json.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('--', '-\\u002d')}${CLOSE}`;
}

/** `text` with the marker as its last line. A code fence left open is closed first, so that the marker stays hidden. */
export function appendMarker(text: string, marker: Marker): string {
  const body = text.trimEnd();
  const fence = findOpenFence(body);
  const closed = fence ? `${body}\n${fence}` : body;
  return closed === '' ? formatMarker(marker) : `${closed}\n\n${formatMarker(marker)}`;
}

/**
 * The marker of a text, or `undefined`. It counts only as the whole last line: quoted, indented, inside a code
 * block or followed by other words it is text about a marker.
 */
export function parseMarker(text: string): Marker | undefined {
  const { line, before } = splitLastLine(text);
  if (!line.startsWith(OPEN) || !line.endsWith(CLOSE) || findOpenFence(before)) return undefined;
  const parsed = Marker().safeParse(parseJson(line.slice(OPEN.length, -CLOSE.length)));
  return parsed.success ? parsed.data : undefined;
}

/** The text without its marker: what a person sees. */
export function stripMarker(text: string): string {
  return parseMarker(text) ? splitLastLine(text).before.trimEnd() : text;
}

/** The text up to its marker, and the marker; joined they are the text again. Without one, all of it stands before. */
export function splitMarker(text: string): { before: string; marker: string } {
  // No value of a marker holds a `<`: the last one that opens is its own.
  const start = parseMarker(text) ? text.lastIndexOf(OPEN) : text.length;
  return { before: text.slice(0, start), marker: text.slice(start) };
}

function splitLastLine(text: string): { line: string; before: string } {
  const body = text.replaceAll('\r\n', '\n').trimEnd();
  const start = body.lastIndexOf('\n') + 1;
  return { line: body.slice(start), before: body.slice(0, start) };
}

/** The fence that would close the code block still open at the end of `text` (CommonMark 0.31, section 4.5). */
function findOpenFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    const run = fence?.[1];
    if (!run) continue;
    const rest = fence[2] ?? '';
    if (open === undefined) {
      if (!(run.startsWith('`') && rest.includes('`'))) open = run;
    } else if (run.startsWith(open) && rest.trim() === '') open = undefined;
  }
  return open;
}

import * as z from 'zod';
import { parseJson } from '../../../shared/kernel/parse-json.ts';
import { cutText } from '../../../shared/kernel/text/cut-text.ts';

/** One line of a transcript: what happened, with fields of its own. */
const Entry = z.looseObject({ at: z.string(), type: z.string() });
export type TranscriptEntry = z.infer<typeof Entry>;

/** Reads JSON lines; a line that is none is kept as text, so that nothing of a damaged transcript is hidden. */
export function parseTranscript(text: string): TranscriptEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Entry.safeParse(parseJson(line)).data ?? { at: '', type: 'unreadable', text: line });
}

const SHORT = 300;

/**
 * Lines for a terminal: time, what happened, and its texts indented below; a text is cut to a few lines unless `full`.
 */
export function formatTranscript(entries: readonly TranscriptEntry[], { full }: { full: boolean }): string[] {
  return entries.flatMap(({ at, type, ...fields }) => [
    `${at.slice(11, 19)}  ${type}${describeShort(fields)}`,
    ...Object.entries(fields).flatMap(([name, value]) => describeLong(name, value, full)),
  ]);
}

/** What fits on the line: numbers, switches and short words. */
function describeShort(fields: Record<string, unknown>): string {
  const short = Object.entries(fields).filter(([name, value]) => name !== 'id' && !isLong(value));
  return short.map(([name, value]) => `  ${name}=${String(value)}`).join('');
}

function describeLong(name: string, value: unknown, full: boolean): string[] {
  if (!isLong(value)) return [];
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [`          ${name}:`, ...(full ? text : shorten(text)).split('\n').map((line) => `            ${line}`)];
}

/** Up to the last whole word that fits, unless that would leave next to nothing. */
function shorten(text: string): string {
  if (text.length <= SHORT) return text;
  const start = cutText(text, SHORT);
  const end = /\s\S*$/.exec(start)?.index ?? 0;
  const shown = end > SHORT / 2 && !/^\s/.test(text.slice(start.length)) ? start.slice(0, end) : start;
  return `${shown.trimEnd()} ... (${text.length - shown.length} characters more; --full shows them)`;
}

function isLong(value: unknown): boolean {
  return typeof value === 'string'
    ? value.length > 40 || value.includes('\n')
    : typeof value === 'object' && value !== null;
}

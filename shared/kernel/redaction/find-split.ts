import type { Span } from './mask-spans.ts';

/** Finds values also where a line was wrapped, or emphasis of Markdown begins or ends, inside of them. */
export interface SplitFinder {
  /** Shorter ones than twelve characters are left out: two words may meet at the end of a line. */
  add(value: string): void;
  find(text: string): Span[];
}

/** A value, and how many of its characters stand before a gap. */
interface Split {
  value: string;
  at: number;
}

const SHORTEST_SPLIT = 12;

/**
 * What a wrapped line has inside: a line end with the indentation behind it, as such, behind a backslash as in a shell,
 * behind `=` as in a mail (RFC 2045, 6.7), or escaped as in JSON. And the asterisks of emphasis.
 */
const GAP = String.raw`(?:[\\=]?\r?\n[ \t]{0,200}|(?:\\r)?\\n[ \t]{0,200}|\*{1,3})`;
const GAP_HERE = new RegExp(GAP, 'y');
const GAP_BEFORE = new RegExp(`${GAP}$`);
const LONGEST_GAP = 210;

/** What each gap has; looked for one by one, which costs less than all of them together. */
const SIGNS = ['\n', String.raw`\n`, '*'] as const;

/**
 * Costs one look at each gap of a text: the two characters around it tell which values it can split, and those are
 * compared there. The number of values hardly counts.
 */
export function createSplitFinder(): SplitFinder {
  const splits: (Split[] | undefined)[] = [];

  function add(value: string): void {
    if (value.length < SHORTEST_SPLIT) return;
    for (let at = 1; at < value.length; at += 1) {
      const around = pair(value.charCodeAt(at - 1), value.charCodeAt(at));
      const known = splits[around];
      if (known) known.push({ value, at });
      else splits[around] = [{ value, at }];
    }
  }

  function find(text: string): Span[] {
    const spans: Span[] = [];
    if (splits.length === 0) return spans;
    for (const sign of SIGNS) {
      for (let index = text.indexOf(sign); index !== -1; index = text.indexOf(sign, index + 1)) {
        const end = skipBehind(text, index + sign.length, sign);
        for (let start = index; start > 0 && start >= index - 2; start -= 1) {
          compare(text, { start, end }, spans);
          if (!isPartOfGap(text.charCodeAt(start - 1))) break;
        }
      }
    }
    return spans;
  }

  function compare(text: string, gap: Span, spans: Span[]): void {
    const known = splits[pair(text.charCodeAt(gap.start - 1), text.charCodeAt(gap.end))];
    for (const split of known ?? []) {
      const start = walkBack(text, split, gap.start);
      const end = start === undefined ? undefined : walkOn(text, split, gap.end);
      if (start !== undefined && end !== undefined) spans.push({ start, end });
    }
  }

  return { add, find };
}

/** A key for two characters. Several pairs may have the same one: what is found by it is compared. */
function pair(before: number, behind: number): number {
  return ((before & 0xff) << 8) | (behind & 0xff);
}

/** Offset of the first character of the value, whose part before this gap ends at `offset`. */
function walkBack(text: string, { value, at }: Split, offset: number): number | undefined {
  let place = offset;
  for (let left = at - 1; left >= 0; left -= 1) {
    if (text[place - 1] !== value[left]) {
      if (!mayEndGap(text, place)) return undefined;
      const gap = GAP_BEFORE.exec(text.slice(Math.max(0, place - LONGEST_GAP), place))?.[0] ?? '';
      place -= gap.length;
      if (gap === '' || text[place - 1] !== value[left]) return undefined;
    }
    place -= 1;
  }
  return place;
}

/** Far cheaper than the pattern, and nearly always the answer. */
function mayEndGap(text: string, place: number): boolean {
  const last = text.charAt(place - 1);
  return last === 'n' ? text[place - 2] === '\\' : last !== '' && '\n\t *'.includes(last);
}

/** Offset behind the last character of the value, whose part behind this gap begins at `offset`. */
function walkOn(text: string, { value, at }: Split, offset: number): number | undefined {
  let place = offset;
  for (let next = at; next < value.length; next += 1) {
    if (text[place] !== value[next]) {
      GAP_HERE.lastIndex = place;
      place += GAP_HERE.exec(text)?.[0].length ?? 0;
      if (text[place] !== value[next]) return undefined;
    }
    place += 1;
  }
  return place;
}

/** The indentation behind a line end, and the further asterisks of a run. */
function skipBehind(text: string, offset: number, sign: (typeof SIGNS)[number]): number {
  let end = offset;
  if (sign === '*') while (text[end] === '*') end += 1;
  else while (text[end] === ' ' || text[end] === '\t') end += 1;
  return end;
}

const PARTS = new Set(['\r', '\\', '=', '*'].map((sign) => sign.charCodeAt(0)));

/** What may stand before the sign of a gap and belong to it. */
function isPartOfGap(code: number): boolean {
  return PARTS.has(code);
}

import { cleanText } from '../../kernel/text/clean-text.ts';

export interface Line {
  /** Columns before the text. */
  indent: number;
  /** Trimmed; empty for an empty line. */
  text: string;
  /** Inside a fence of code. */
  isCode: boolean;
  /** The line ends in a break that a person made. */
  isBroken: boolean;
}

/** Jira takes 32,767 characters unless an administrator raises it; Markdown may need more of them. */
const MAX_READ = 200_000;
/** No criterion keeps more than 500 of them; patterns that look twice at a character stay quick. */
const MAX_LINE = 2000;

/** The lines of a Markdown text as a person sees them: out of quotes and panels, fences known as such. */
export function readLines(markdown: string): Line[] {
  const lines: Line[] = [];
  let fence = '';
  for (const raw of cleanText(markdown).replaceAll('\t', '    ').slice(0, MAX_READ).split('\n')) {
    const shown = raw.replace(/^(?:\s*>\s?)+/u, '');
    const text = shown.trim().replaceAll(/\s+/gu, ' ').slice(0, MAX_LINE);
    const mark = /^(?:`{3,}|~{3,}|\{(?:code|noformat)[^}]*\})/u.exec(text)?.[0] ?? '';
    if (fence ? text.startsWith(fence) : mark !== '') {
      fence = fence ? '' : mark.startsWith('{') ? mark.replace(/[:}].*$/u, '') : mark;
      continue;
    }
    lines.push({
      indent: shown.length - shown.trimStart().length,
      text: fence ? text : text.replace(/\\$/u, '').trimEnd(),
      isCode: fence !== '',
      isBroken: / {2}$|\\$/u.test(shown),
    });
  }
  return lines;
}

export interface Item {
  text: string;
  /** Of its text in a list written with repeated markers, as `**` is below `*`; otherwise 0. */
  depth: number;
}

const MARKER = /^(?:([-*+•‣◦▪●–—])\s+|(\*{2,6}|-{2,6})\s+|\(?(?:\d{1,3}|[a-z])[.)]\s+)/iu;
const BOX = /^(?:\[[ xX]?\]|\\\[[ xX]?\\\]|[☐☑☒✅✔✓❏□◻⬜])\s*/u;
const OWN_NUMBER =
  /^(?:\*\*|__)?(?:AC|AK)\s?[-#._]?\s?(\d{1,2})(?:\*\*|__)?\s*(?:[:.)–—-]|(?=\s|$))\s*(?:\*\*|__)?\s*/iu;

/** An item of a list without its markers; `undefined` for other lines. */
export function readItem(text: string, isWiki = false): Item | undefined {
  const [marker = '', , repeated = ''] =
    (isWiki ? /^(?:(#)|([*#-]{2,6}))\s+/u.exec(text) : null) ?? MARKER.exec(text) ?? [];
  const rest = text.slice(marker.length);
  const box = BOX.exec(rest)?.[0] ?? '';
  const own = readOwnNumber(rest.slice(box.length));
  if (marker === '' && box === '' && !own) return undefined;
  return { text: own ? own.text : rest.slice(box.length), depth: Math.max(0, repeated.length - 1) };
}

/** A line that begins with a number of its own: `AC1: …`, `**AC 2** …`. */
export function readOwnNumber(text: string): { number: number; text: string } | undefined {
  const found = OWN_NUMBER.exec(text);
  return found ? { number: Number(found[1]), text: text.slice(found[0].length).replace(/^\*\*\s*/u, '') } : undefined;
}

const TABLE_RULE = /^\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?\s*)?$/u;
const NUMBER_CELL = /^(?:(?:AC|AK)[\s-]?)?#?\d*\.?$/iu;

/** The rows of a Markdown table below its heading, each as one line; numbers of rows are left out. */
export function readTable(lines: readonly Line[]): string[] {
  const rule = lines.findIndex(({ text }) => TABLE_RULE.test(text));
  return lines.flatMap(({ text }, index) => {
    if (index <= rule || !text.startsWith('|')) return [];
    const cells = text
      .replace(/^\|+|(?<!\|)\|+$/gu, '')
      .split(/(?<!\\)\|/u)
      .map((cell) => cell.trim().replaceAll('\\|', '|'));
    return [cells.filter((cell) => !NUMBER_CELL.test(cell)).join(' – ')];
  });
}

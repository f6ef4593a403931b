import { type AdfMark, type AdfNode, childrenOf, MAX_ADF_DEPTH, marksOf, plainTextOf, textAttribute } from './adf.ts';
import { codeSpan, escapeLineStart, escapeText, link } from './escape-markdown.ts';
import { joinLines } from './join-lines.ts';

/** How a hard line break is written: in a paragraph, in a table cell, in a heading. */
export type LineBreak = '\\\n' | '<br>' | ' ';

/** Inline nodes as Markdown on as many lines as there are hard breaks; never a line that would start a block. */
export function inlineToMarkdown(nodes: AdfNode[], lineBreak: LineBreak, depth = 0): string {
  const text = renderMarked(toPieces(nodes, lineBreak, depth), 0, ['', '']);
  if (lineBreak !== '\\\n') return text.trim();
  const lines = text.split('\n').map((line) => escapeLineStart(line.trimStart()));
  return withoutTrailingBreaks(lines).join('\n').trimEnd();
}

function withoutTrailingBreaks(lines: string[]): string[] {
  let end = lines.length;
  while (lines[end - 1] === '' || lines[end - 1] === '\\') end -= 1;
  if (end === lines.length) return lines;
  // The last line that stays still carries the backslash of the break behind it.
  return lines.slice(0, end).map((line, at) => (at === end - 1 ? line.slice(0, -1) : line));
}

/** What stands for an attachment or picture. The file itself is not part of the text. */
export function mediaPlaceholder(node: AdfNode): string {
  const url = textAttribute(node, 'url');
  const alt = textAttribute(node, 'alt');
  if (url) return `!${link(escapeText(joinLines(alt ?? '')), url)}`;
  return escapeText(alt ? `[attachment: ${joinLines(alt)}]` : '[attachment]');
}

/** A smart link shown as its address. */
export function cardToMarkdown(node: AdfNode): string {
  const data = node.attrs?.['data'];
  const fromData = typeof data === 'object' && data !== null ? (data as { url?: unknown }).url : undefined;
  const url = textAttribute(node, 'url') ?? (typeof fromData === 'string' ? fromData : undefined);
  if (!url) return '';
  return /^(https?|mailto):[^\s<>]+$/.test(url) ? `<${url}>` : escapeText(joinLines(url));
}

interface Piece {
  /** Escaped, unless `code`. */
  text: string;
  marks: AdfMark[];
  code: boolean;
}

function toPieces(nodes: AdfNode[], lineBreak: LineBreak, depth: number): Piece[] {
  return nodes.flatMap((node): Piece[] => {
    const marks = marksOf(node);
    if (node.type === 'text') {
      const text = typeof node.text === 'string' ? node.text : '';
      const code = marks.some((mark) => mark.type === 'code');
      const insideLink = marks.some((mark) => mark.type === 'link');
      if (code) return [{ text: joinLines(text), marks, code }];
      return text
        .split(/\r\n|\r|\n/)
        .flatMap((line, index) => [
          ...(index > 0 ? [{ text: lineBreak, marks: [], code: false }] : []),
          { text: raise(escapeText(line, { insideLink }), marks), marks, code },
        ]);
    }
    if (node.type === 'hardBreak') return [{ text: lineBreak, marks: [], code: false }];
    const text = atomToMarkdown(node);
    if (text !== undefined) return [{ text, marks: marks.filter((mark) => mark.type === 'link'), code: false }];
    if (depth >= MAX_ADF_DEPTH) return [{ text: escapeText(plainTextOf(node)), marks: [], code: false }];
    return toPieces(childrenOf(node), lineBreak, depth + 1);
  });
}

/** Exponents and indices: `10<sup>6</sup>` is another number than `106`. GitLab and models read the HTML. */
function raise(text: string, marks: AdfMark[]): string {
  const mark = marks.find(({ type }) => type === 'subsup');
  const tag = mark && textAttribute(mark, 'type');
  return text.trim() !== '' && (tag === 'sup' || tag === 'sub') ? `<${tag}>${text}</${tag}>` : text;
}

function atomToMarkdown(node: AdfNode): string | undefined {
  switch (node.type) {
    case 'mention': {
      const name = textAttribute(node, 'text') ?? textAttribute(node, 'id') ?? 'someone';
      return escapeText(joinLines(name.startsWith('@') ? name : `@${name}`));
    }
    case 'emoji':
      return escapeText(joinLines(textAttribute(node, 'text') ?? textAttribute(node, 'shortName') ?? ''));
    case 'date':
      return dateToMarkdown(node);
    case 'status':
      return escapeText(`[${joinLines(textAttribute(node, 'text') ?? '')}]`);
    case 'inlineCard':
      return cardToMarkdown(node);
    case 'media':
    case 'mediaInline':
      return mediaPlaceholder(node);
    default:
      return childrenOf(node).length > 0 ? undefined : escapeText(plainTextOf(node));
  }
}

/** ADF dates are milliseconds since the epoch as text, meant as a day in UTC. */
function dateToMarkdown(node: AdfNode): string {
  const timestamp = textAttribute(node, 'timestamp');
  if (timestamp === undefined) return '';
  const date = new Date(Number(timestamp));
  return Number.isNaN(date.getTime()) ? escapeText(timestamp) : date.toISOString().slice(0, 10);
}

// Outermost first. A link goes around its emphasis, so that one address is one link.
const MARKS = ['link', 'strike', 'strong', 'em'] as const;

function renderMarked(pieces: Piece[], level: number, outside: [before: string, after: string]): string {
  const mark = MARKS[level];
  if (!mark) return pieces.map((piece) => (piece.code ? codeSpan(piece.text) : piece.text)).join('');

  const groups = groupBy(pieces, (piece) => markKey(piece, mark));
  let rendered = '';
  for (const [index, group] of groups.entries()) {
    const next = groups[index + 1]?.[0]?.text[0] ?? outside[1];
    const before = rendered.at(-1) ?? outside[0];
    const marker = group[0]?.marks.find(({ type }) => type === mark);
    const inner = renderMarked(group, level + 1, marker ? ['', ''] : [before, next]);
    rendered += marker ? wrap(inner, marker, before, next) : inner;
  }
  return rendered;
}

function markKey(piece: Piece, type: string): string {
  const mark = piece.marks.find((candidate) => candidate.type === type);
  return mark ? `${type} ${textAttribute(mark, 'href') ?? ''}` : '';
}

/** Puts the marker around the text itself: Markdown does not accept one that touches a space on the inside. */
function wrap(inner: string, mark: AdfMark, before: string, after: string): string {
  const { lead, body, trail } = splitEdges(inner);
  if (body === '') return inner;
  if (mark.type === 'link') {
    const href = textAttribute(mark, 'href');
    if (!href) return inner;
    return `${lead}${bareUrl(body, href) ? `<${href}>` : link(body, href)}${trail}`;
  }
  const marker = markerFor(mark.type, lead || before, trail || after);
  if (!touches(lead || before, body[0] ?? '') || !touches(trail || after, body.at(-1) ?? '')) return inner;
  return `${lead}${marker}${body}${marker}${trail}`;
}

/** Trimming instead of a pattern: one with a gap in the middle takes quadratic time on long runs of spaces. */
function splitEdges(text: string): { lead: string; body: string; trail: string } {
  const body = text.trim();
  const start = text.length - text.trimStart().length;
  return { lead: text.slice(0, start), body, trail: text.slice(start + body.length) };
}

function bareUrl(body: string, href: string): boolean {
  return /^https?:\/\/[^\s<>]+$/.test(href) && body === escapeText(href);
}

function markerFor(type: string, before: string, after: string): string {
  if (type === 'strong') return '**';
  if (type === 'strike') return '~~';
  // An underscore never starts emphasis inside a word, a star never stands well beside other stars.
  return isWord(before) || isWord(after) ? '*' : '_';
}

/** CommonMark's flanking rule: markup between a word and punctuation would be read as text, so it is left out. */
function touches(outside: string, inside: string): boolean {
  return !isWord(outside) || isWord(inside);
}

function isWord(text: string): boolean {
  return /^[\p{L}\p{N}]/u.test(text);
}

function groupBy<T>(items: T[], key: (item: T) => string): T[][] {
  const groups: T[][] = [];
  let previous: string | undefined;
  for (const item of items) {
    const current = key(item);
    const last = groups.at(-1);
    if (last && current === previous) last.push(item);
    else groups.push([item]);
    previous = current;
  }
  return groups;
}

import { cleanText } from '../../kernel/text/clean-text.ts';
import { escapePipes } from '../../kernel/text/escape-pipes.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { GUARD, guardWords } from './guard-words.ts';
import { isQuickAction } from './quick-actions.ts';
import { splitCodeSpans, type TextPart } from './split-code-spans.ts';

export interface SanitizeOptions {
  maxChars?: number;
  maxLinks?: number;
}

/**
 * Makes text of a model or a ticket harmless in a GitLab note or description: it mentions no account, runs no quick
 * action, closes no issue, skips no pipeline, carries no HTML, image or hidden marker, offers no suggestion that was
 * not checked, and has an end. What a reader sees stays the same, and what stands in code can be copied and run.
 *
 * Text is guarded everywhere but in code, and every fence is moved to the start of its line first, so that nothing can
 * look like code here and like text to GitLab.
 */
export function sanitizeAgentText(text: string, { maxChars = 20_000, maxLinks = 20 }: SanitizeOptions = {}): string {
  const cut = cap(cleanText(text), maxChars);
  let linksLeft = maxLinks;
  const lines = splitBlocks(cut.split('\n')).flatMap((block) => {
    if (block.kind === 'fence') return block.lines;
    return splitCodeSpans(block.lines).map((parts) => {
      const guarded = guardParts(parts, linksLeft);
      linksLeft -= guarded.links;
      return guarded.text;
    });
  });
  // Three such signs on the first line would make GitLab read the text as front matter.
  return lines
    .join('\n')
    .trim()
    .replace(/^(?=---|\+\+\+|;;;)/, GUARD);
}

/** One line of such text inside our own sentence, heading or table cell. */
export function sanitizeInline(text: string, maxChars = 300): string {
  const line = oneLine(cap(cleanText(text), maxChars)).replace(/(`{3,}|~{3,})/g, "'");
  const [parts = []] = splitCodeSpans([line]);
  // A backtick without its partner could find one in what stands beside this text.
  const closed = parts.map((part) => (part.isCode ? part : { ...part, text: part.text.replaceAll('`', '&#96;') }));
  return escapePipes(guardParts(closed, 0).text);
}

interface Fence {
  run: string;
  info: string;
  indent: number;
}

/** Renderers and buttons hide behind info strings; a plain word for the highlighter is all a fence keeps. */
const ACTIVE_INFO = /^(?:suggestion|mermaid|plantuml|kroki|math|json:table|html)/i;

function openingFence(line: string): Fence | undefined {
  const [, indent = '', run, rest = ''] = /^((?:[ \t]|[-*+][ \t]|\d+[.)][ \t])*)(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
  if (!run || rest.includes('`')) return undefined;
  const word = /^[\w+#.-]{1,20}/.exec(rest.trim())?.[0] ?? '';
  return { run, info: ACTIVE_INFO.test(rest.trim()) ? 'text' : word, indent: indent.length };
}

function isClosing(line: string, { run }: Fence): boolean {
  const text = line.trim();
  return text.length >= run.length && text === (run[0] ?? '').repeat(text.length);
}

function dedent(line: string, indent: number): string {
  const own = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(indent, own));
}

type Block = { kind: 'text' | 'fence'; lines: string[] };

/** Fences as blocks of their own, at the start of the line and closed; blank lines and fences end a block of text. */
function splitBlocks(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let text: Block | undefined;
  let fence: Fence | undefined;
  for (const line of lines) {
    if (fence) {
      const isEnd = isClosing(line, fence);
      blocks.at(-1)?.lines.push(isEnd ? fence.run : guardCode(dedent(line, fence.indent)));
      if (isEnd) fence = undefined;
      continue;
    }
    fence = openingFence(line);
    if (fence) {
      blocks.push({ kind: 'fence', lines: [`${fence.run}${fence.info}`] });
      text = undefined;
      continue;
    }
    if (!text) {
      text = { kind: 'text', lines: [] };
      blocks.push(text);
    }
    // A fence inside a quote would be open for GitLab only; as a code span it says the same.
    text.lines.push(line.replace(/`{3,}|~{3,}/g, (run) => run.slice(0, 1)));
    if (line.trim() === '') text = undefined;
  }
  if (fence) blocks.at(-1)?.lines.push(fence.run);
  return blocks;
}

/** Code stays as it is but for what GitLab reads before it knows what code is. */
function guardCode(line: string): string {
  const guarded = isQuickAction(line) ? line.replace(/^(\s*)/, `$1${GUARD}`) : line;
  return guardWords(guarded).replace(/<!--(?=\s*cmap)/gi, `<${GUARD}!--`);
}

function guardParts(parts: readonly TextPart[], linksLeft: number): { text: string; links: number } {
  let links = 0;
  const guarded = parts.map(({ text, isCode }, index) => {
    if (isCode) return guardCode(text);
    const next = guardText(text, { isLineStart: index === 0, linksLeft: linksLeft - links });
    links += next.links;
    return next.text;
  });
  // Once more for a word before a code span and its reference in it.
  return { text: guardWords(guarded.join('')), links };
}

function guardText(
  text: string,
  { isLineStart, linksLeft }: { isLineStart: boolean; linksLeft: number },
): { text: string; links: number } {
  let links = 0;
  // GitLab's quote block could end a fence that still looks open here.
  const started = isLineStart
    ? text.replace(/^(\s*)(?=\/[a-z_])/i, `$1${GUARD}`).replace(/^(\s*)(?=>{3,}\s*$)/, `$1${GUARD}`)
    : text;
  const guarded = guardWords(started)
    .replace(/<(?=[a-z/!?])/gi, `<${GUARD}`)
    .replace(/&(?=#|\w+;)(?!(?:lt|gt|amp|quot|nbsp|#96);)/g, `&${GUARD}`)
    .replace(/(?<![A-Za-z0-9])@(?=[^\s@]|$)/g, `@${GUARD}`)
    .replace(/!(?=\[|$)/g, `!${GUARD}`)
    .replace(/https?:\/\/|\]\(|^\s*\[[^\]]*\]:/g, (link) => {
      // A Markdown link to a URL matches twice; only the address counts.
      if (link === '](') return links >= linksLeft ? `]${GUARD}(` : link;
      links += 1;
      return links > linksLeft ? `${link.slice(0, -2)}${GUARD}${link.slice(-2)}` : link;
    });
  return { text: guarded, links: Math.min(links, Math.max(0, linksLeft)) };
}

function cap(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // Not between the halves of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text[maxChars - 1] ?? '') ? maxChars - 1 : maxChars;
  return `${text.slice(0, end)}\u2026`;
}

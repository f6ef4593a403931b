import { cleanText } from '../../kernel/text/clean-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';

/** U+200B: nobody sees it, and GitLab's parsers stop at it. */
const GUARD = '\u200B';

export interface SanitizeOptions {
  maxChars?: number;
  maxLinks?: number;
}

/**
 * Makes the agent's words harmless as a GitLab note: they mention nobody, run no quick action, carry no HTML, image or
 * hidden marker, offer no suggestion that was not checked, and have an end. What a reader sees stays the same.
 *
 * Text is guarded everywhere but in fences, and every fence is moved to the start of its line first, so that nothing can
 * look like code here and like text to GitLab.
 */
export function sanitizeAgentText(text: string, { maxChars = 20_000, maxLinks = 20 }: SanitizeOptions = {}): string {
  const cut = cap(cleanText(text), maxChars);
  let fence: Fence | undefined;
  let linksLeft = maxLinks;
  const lines = cut.split('\n').map((line) => {
    if (fence) {
      const closed = isClosing(line, fence);
      const inside = closed ? fence.run : guardCode(dedent(line, fence.indent));
      if (closed) fence = undefined;
      return inside;
    }
    fence = openingFence(line);
    if (fence) return `${fence.run}${fence.info}`;
    const guarded = guardText(line, linksLeft);
    linksLeft -= guarded.links;
    return guarded.text;
  });
  if (fence) lines.push((fence as Fence).run);
  // Three such signs on the first line would make GitLab read the text as front matter.
  return lines
    .join('\n')
    .trim()
    .replace(/^(?=---|\+\+\+|;;;)/, GUARD);
}

/** One line of the agent's words inside our own sentence, heading or table cell. */
export function sanitizeInline(text: string, maxChars = 300): string {
  const line = oneLine(cap(cleanText(text), maxChars));
  return guardText(line.replace(/(`{3,}|~{3,})/g, "'"), 0).text.replaceAll('|', '\\|');
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

/** Code stays as it is but for what GitLab reads before it knows what code is. */
function guardCode(line: string): string {
  return line.replace(/^(\s*)(?=\/[a-z_])/i, `$1${GUARD}`).replace(/<!--(?=\s*cmap)/gi, `<${GUARD}!--`);
}

function guardText(line: string, linksLeft: number): { text: string; links: number } {
  let links = 0;
  const text = line
    .replace(/^(\s*)(?=\/[a-z_])/i, `$1${GUARD}`)
    // GitLab's quote block could end a fence that still looks open here.
    .replace(/^(\s*)(?=>{3,}\s*$)/, `$1${GUARD}`)
    // A fence inside a quote would be open for GitLab only; as a code span it says the same.
    .replace(/`{3,}|~{3,}/g, (run) => run.slice(0, 1))
    .replace(/<(?=[a-z/!?])/gi, `<${GUARD}`)
    .replace(/&(?=#|\w+;)(?!(?:lt|gt|amp|quot|nbsp);)/g, `&${GUARD}`)
    .replace(/(?<![A-Za-z0-9])@(?=[^\s@])/g, `@${GUARD}`)
    .replace(/!\[/g, `!${GUARD}[`)
    .replace(/https?:\/\/|\]\(|^\s*\[[^\]]*\]:/g, (link) => {
      // A Markdown link to a URL matches twice; only the address counts.
      if (link === '](') return links >= linksLeft ? `]${GUARD}(` : link;
      links += 1;
      return links > linksLeft ? `${link.slice(0, -2)}${GUARD}${link.slice(-2)}` : link;
    });
  return { text, links: Math.min(links, Math.max(0, linksLeft)) };
}

function cap(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  // Not between the halves of a surrogate pair.
  const end = /[\uD800-\uDBFF]/.test(text[maxChars - 1] ?? '') ? maxChars - 1 : maxChars;
  return `${text.slice(0, end)}\u2026`;
}

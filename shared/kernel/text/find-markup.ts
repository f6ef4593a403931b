/** A part of a line that a page does not show as prose. */
export interface Markup {
  /** Where it begins. */
  start: number;
  /** Where what ends it is looked for; of a code span its end. */
  after: number;
  /** Absent: it ends at `after`. */
  end?: RegExp;
  /** At the start of a line it goes on to the end of the text where nothing ends it. */
  takesTheRest: boolean;
}

/**
 * The first code span or hidden part of a line (CommonMark 0.31, 4.6 and 6.6): a comment, an instruction, a
 * declaration, an element whose content is no Markdown, or an attribute that goes on below.
 */
export function findMarkup(line: string): Markup | undefined {
  const match = MARKUP.exec(line);
  if (!match) return undefined;
  const [text] = match;
  const { element, quote } = match.groups ?? {};
  const start = match.index;
  const after = start + text.length;
  if (text.startsWith('`')) return { start, after, takesTheRest: false };
  if (quote) return { start, after, end: quote === '"' ? /"/ : /'/, takesTheRest: false };
  if (element) return { start, after, end: ELEMENT_ENDS, takesTheRest: true };
  // `<!-->` is a whole comment.
  if (text === '<!--') return { start, after: start + 2, end: /-->/, takesTheRest: true };
  return { start, after, end: text === '<?' ? /\?>/ : text.startsWith('<![') ? /\]\]>/ : />/, takesTheRest: true };
}

const CODE_SPAN = /(?<run>`+)(?!`).*?[^`]\k<run>(?!`)/;
const UNESCAPED = /(?<!(?<!\\)(?:\\\\)*\\)/;
const OPENING =
  /<(?:!--|\?|!\[CDATA\[|![a-z]|(?<element>script|style|textarea|pre)(?=[\s>]|$)|[a-z][^<>]*?=\s*(?<quote>["'])(?=(?:(?!\k<quote>).)*$))/;
const MARKUP = new RegExp(`${CODE_SPAN.source}|${UNESCAPED.source}${OPENING.source}`, 'i');
const ELEMENT_ENDS = /<\/(?:script|style|textarea|pre)>/i;

/** Lines that one definition may have; more are not looked at. */
const MAX_LINES = 20;

/**
 * How many lines from this one are the definition of a link, which is not shown: `[name]: address "title"`, whose title
 * may go on below (CommonMark 0.31, 4.7). 0 for none.
 */
export function measureDefinition(lines: readonly string[], index: number): number {
  if (!/^ {0,3}\[(?!\^)/.test(lines[index] ?? '')) return 0;
  const below = lines.slice(index, index + MAX_LINES);
  const blank = below.findIndex((line) => line.trim() === '');
  const block = below.slice(0, blank === -1 ? below.length : blank).join('\n');
  const definition = DEFINITION.exec(block)?.[0];
  return definition === undefined ? 0 : definition.split('\n').length;
}

const DEFINITION =
  /^ {0,3}\[(?:[^\]\\]|\\.){1,999}\]:\s*(?:<[^<>\n]*>|\S+)(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?[ \t]*(?=\n|$)/;

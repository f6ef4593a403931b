/**
 * Fenced code, inline code, quote blocks and HTML blocks: GitLab's `QuickActions::Extractor` looks for nothing in them.
 */
const LITERAL = [
  /^(```|~~~)[^\n]*\n[\s\S]*?(?:^\1[ \t]*$|(?![\s\S]))/gm,
  /^>>>[ \t]*\n[\s\S]*?^>>>[ \t]*$/gm,
  /^<[a-z][^>\n]*>\n[\s\S]*?\n<\/[^>\n]+>$/gim,
  /(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g,
];

/** The text with every character of literal parts replaced by a space; lines and offsets stay. */
export function maskLiteral(text: string): string {
  return LITERAL.reduce((left, pattern) => left.replace(pattern, (part) => part.replace(/[^\n]/g, ' ')), text);
}

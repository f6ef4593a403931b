/**
 * Escapes what Markdown would read as markup inside a line of text, and little more: `snake_case`, `C:\temp`, `~/bin`,
 * `[WIP]` and `2 * 3` stay readable for people and models.
 */
export function escapeText(text: string, { insideLink = false } = {}): string {
  return text
    .replaceAll(/\\(?=[!-/:-@[-`{-~]|$)/g, '\\\\')
    .replaceAll('`', '\\`')
    .replaceAll(/(?<!\s(?=\*\s))\*/g, '\\*')
    .replaceAll(/~(?!(?<=(?:^|\s)~)\/)/g, '\\~')
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replaceAll(insideLink ? /[[\]]/g : /\](?=[([:]|$)/g, '\\$&')
    .replaceAll(/<(?=[a-z/!?])/gi, '\\<')
    .replaceAll(/&(?=#?[a-z0-9]+;)/gi, '\\&');
}

/** Escapes what Markdown would read as a block when it begins a line; `text` is already escaped for the inside. */
export function escapeLineStart(text: string): string {
  return text
    .replace(/^(#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|=+\s*$|\[[ x]\](?=\s)|[-:|][-:|\s]*-[-:|\s]*$)/i, '\\$1')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/** A code span whose fence is longer than any run of backticks inside. */
export function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text, '`') + 1);
  // A space at both ends is taken off again by the reader, so one more keeps a text that touches the fence or has its
  // own.
  const pad = /^`|`$|^ .* $/s.test(text) && text.trim() !== '' ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A fenced block that its content cannot end. */
export function codeBlock(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1));
  return `${fence}${language.replaceAll(/[`\s]/g, '')}\n${text === '' ? '' : `${text}\n`}${fence}`;
}

/** `[label](<target>)`, with brackets around a target that has spaces or parentheses. */
export function link(label: string, target: string): string {
  const safe = target.replaceAll(/[\r\n]/g, '');
  const plain = /^[^\s()<>\\*_~`[\]&]+$/.test(safe);
  return `[${label}](${plain ? safe : `<${safe.replaceAll(/[<>\\&]/g, (c) => `\\${c}`)}>`})`;
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let current = 0;
  for (const c of text) {
    current = c === character ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

/**
 * The lines of a note that its author wrote as prose, one entry per line of the note: fenced and indented code, quotes
 * and code spans are blanked. What somebody quotes or shows as code is not what they say.
 */
export function proseLines(body: string): string[] {
  let fence: string | undefined;
  let quoteBlock = false;
  return body
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => {
      const [, run, rest = ''] = /^\s*(?:[-*+>]\s+|\d+[.)]\s+)*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
      if (fence !== undefined) {
        if (run?.startsWith(fence) && rest.trim() === '') fence = undefined;
        return '';
      }
      if (run && !(run.startsWith('`') && rest.includes('`'))) {
        fence = run;
        return '';
      }
      // GitLab's own quote block: three angle brackets before and after.
      if (/^>>>\s*$/.test(line)) {
        quoteBlock = !quoteBlock;
        return '';
      }
      if (quoteBlock || /^(?: {0,3}>| {4}|\t)/.test(line)) return '';
      return line.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, ' ').replace(/<!--.*?-->/g, ' ');
    });
}

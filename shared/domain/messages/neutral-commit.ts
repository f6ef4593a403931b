import { cleanText } from '../../kernel/text/clean-text.ts';
import { oneLine } from '../../kernel/text/one-line.ts';
import { GUARD, guardPlainLine } from '../guard/guard-words.ts';

/**
 * Text of a ticket or a model as one line that makes no service act: the title of a merge request, the subject of a
 * commit.
 */
export function neutralLine(text: string): string {
  // First, so that line ends which cleanText removes are spaces by then.
  return guardPlainLine(oneLine(cleanText(oneLine(text))));
}

/**
 * Text of a ticket or a model as the body of a commit. No line of it is a trailer: sign-offs, authors and our own are
 * claims that only the product makes. None is a command or a marker of ours either: GitLab proposes the body of a
 * commit as the description of a merge request that a person opens.
 */
export function neutralCommitBody(text: string): string {
  return cleanText(text)
    .split('\n')
    .map((line) => guardBodyLine(line.trimEnd()))
    .join('\n')
    .trim();
}

function guardBodyLine(line: string): string {
  const guarded = guardPlainLine(line)
    .replace(TRAILER, `$1${GUARD}$2`)
    .replace(/<!--(?=\s*cmap)/gi, `<${GUARD}!--`);
  // Every word behind a slash: a body is read, never copied, and GitLab gets new commands with each release.
  return guarded.replace(/^(\s*)(?=\/[a-z_]+(?:\s|$))/i, `$1${GUARD}`);
}

/**
 * What `git interpret-trailers` or a service could read as one: a word with a dash and a colon (`Signed-off-by:`), and
 * the two without a dash that GitLab and GitHub act on. `Note: ...` in prose stays as it is.
 */
const TRAILER = /^(\s*)((?:[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+|changelog|closes|fixes|resolves)\s*[:=])/i;

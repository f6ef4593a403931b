/** U+200B: it is not seen, and the parsers of GitLab, Jira and git stop at it. */
export const GUARD = '\u200B';

/**
 * The text without words that make a service act, wherever it stands, code included, because GitLab looks for these
 * before it knows what code is: words that close an issue on merge
 * (docs.gitlab.com/user/project/issues/managing_issues, default closing pattern; the reference, `#1` or `[issue:1]`,
 * keeps its link), and words that skip the pipeline of a commit (docs.gitlab.com/ci/pipelines, "skip a pipeline").
 */
export function guardWords(text: string): string {
  return text.replace(CLOSING, `$1${GUARD}`).replace(SKIPPING, `[${GUARD}`);
}

/**
 * One line for a place without Markdown: the title of a merge request or the subject of a commit. Besides `guardWords`,
 * it mentions no account and gives no Jira smart command (`#close`, support.atlassian.com "Process work items with
 * smart commits").
 */
export function guardPlainLine(line: string): string {
  return guardWords(line)
    .replace(/(?<![A-Za-z0-9])@(?=[^\s@])/g, `@${GUARD}`)
    .replace(/(?<![^\s([])#(?=[a-z])/gi, `#${GUARD}`);
}

const CLOSING =
  /\b((?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):?[ \t]+)(?=(?:(?:issues?|work items?)[ \t]+)?(?:[\w./-]*(?:#\d|\[(?:issue|work_item):)|https?:\/\/|[A-Z][A-Z0-9_]+-\d))/gi;

const SKIPPING = /\[(?=(?:ci|actions?)[ _-]+skip\]|(?:skip|no)[ _-]+(?:ci|actions?)\])/gi;

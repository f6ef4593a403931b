import { maskLiteral } from './mask-literal.ts';

/** Names after an `@` that GitLab would notify, `all` included; escaped ones and code are left out. */
export function findMentions(text: string): string[] {
  const masked = maskLiteral(text).replace(/<!--[\s\S]*?-->/g, '');
  return [...masked.matchAll(/(?<![\w/\\.@`-])@([A-Za-z0-9_](?:[\w./-]*\w)?)/g)].map(([, name = '']) => name);
}

/** GitLab's default issue closing pattern, with numbers, brackets, paths, addresses and Jira keys as references. */
const REFERENCE = String.raw`(?:(?:issues? +)?(?:[\w./-]*(?:#\d+|\[(?:issue|work_item):[\w./-]*\d+\])|https?:\/\/\S+\/issues\/\d+)|[A-Z][A-Z0-9_]+-\d+)`;
const CLOSING = new RegExp(
  String.raw`\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):? +((?:${REFERENCE}(?: *,? +and +| *,? *)?)+)`,
  'gi',
);

/**
 * References of issues that a merge of this text into the default branch closes. In code as well: GitLab looks for the
 * words before it knows what code is.
 */
export function findClosingReferences(text: string): string[] {
  return [...text.matchAll(CLOSING)].flatMap(([, references = '']) =>
    [...references.matchAll(new RegExp(REFERENCE, 'g'))].map(([reference]) => reference),
  );
}

/** Whether a commit with this message gets no pipeline (ci/pipelines, skip a pipeline). */
export function skipsPipeline(message: string): boolean {
  return /\[(?:ci[ _-]skip|skip[ _-]ci)\]/i.test(message);
}

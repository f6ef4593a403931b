/** What the last line of one of our comments says about it. */
export interface ReportFooter {
  /** Which of our comments this is; there is one per issue and purpose: `report`, `waiting`, ... */
  purpose: string;
  runId: string;
  agentId: string;
}

const PURPOSE = '[a-z][a-z-]{0,39}';
const ID = '[A-Za-z0-9][A-Za-z0-9._~:@+-]{0,199}';
const FOOTER = new RegExp(`(?:^|\\n\\n)cmap · (${PURPOSE}) · run \`(${ID})\` · agent \`(${ID})\`$`);

/**
 * The paragraph that ends each of our comments and by which we find it again; a Jira comment can hide nothing.
 *
 * @throws {TypeError} when a part could break out of the line.
 */
export function formatFooter({ purpose, runId, agentId }: ReportFooter): string {
  const footer = `cmap · ${purpose} · run \`${runId}\` · agent \`${agentId}\``;
  if (!FOOTER.test(footer))
    throw new TypeError(`Not usable in a comment's footer: ${JSON.stringify([purpose, runId, agentId])}`);
  return footer;
}

/**
 * Reads the footer of a comment's Markdown. Only a whole paragraph at the very end counts: the same text further up,
 * quoted, in a list or in code was written by a person, not by us.
 */
export function parseFooter(markdown: string): ReportFooter | undefined {
  const [, purpose, runId, agentId] = FOOTER.exec(markdown.trimEnd()) ?? [];
  return purpose && runId && agentId ? { purpose, runId, agentId } : undefined;
}

/** The comment up to its footer, and the footer; joined they are the comment again. Without one, all stands before. */
export function splitFooter(markdown: string): { before: string; footer: string } {
  const start = FOOTER.exec(markdown.trimEnd())?.index ?? markdown.length;
  return { before: markdown.slice(0, start), footer: markdown.slice(start) };
}

import { escapePattern } from '../../kernel/text/escape-pattern.ts';
import { proseLines } from '../../kernel/text/prose-lines.ts';

/** By what a comment speaks to the agent. */
export interface Addressee {
  self: { accountId: string; displayName: string };
  /** Words that address the agent besides its account, with their sign: `/copilot`, `@cmap`. */
  words: readonly string[];
}

/** What addresses the agent in Jira besides the name of its account. */
export function mentionWordsOf(agentId: string): string[] {
  return ['/copilot', `@${agentId}`];
}

/**
 * Whether a comment speaks to the agent: in prose, not in a quote or in code, and not inside a longer word or an
 * address.
 */
export function addresses(body: string, addressee: Addressee): boolean {
  const patterns = listNames(addressee).map(
    (name) => new RegExp(`(?<![\\p{L}\\p{N}_@./+-])${escapePattern(name)}(?![\\p{L}\\p{N}_-])`, 'iu'),
  );
  const lines = proseLines(body).map(unescapeName);
  return lines.some((line) => patterns.some((pattern) => pattern.test(line)));
}

/** A line without the name of the agent at its beginning, where it begins with one. */
export function withoutAddress(line: string, addressee: Addressee): string {
  for (const name of listNames(addressee)) {
    const pattern = new RegExp(`^${escapePattern(name)}(?![\\p{L}\\p{N}_-])[,:]?\\s*`, 'iu');
    if (pattern.test(line)) return line.replace(pattern, '');
  }
  return line;
}

/** Jira's text comes as Markdown, in which a name may carry backslashes. */
export function unescapeName(line: string): string {
  return line.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

function listNames({ self, words }: Addressee): string[] {
  return [...words, `@${self.displayName}`, `@${self.accountId}`].filter((name) => name.length > 1);
}

import type { Definition, Nodes, Root } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { oneLine } from '../../../kernel/text/one-line.ts';

export interface ParsedMarkdown {
  root: Root;
  /** Targets of `[text][name]`, by normalised name. */
  definitions: Map<string, Definition>;
}

/** Markdown (CommonMark and GFM) as a tree. Any text is valid Markdown, so this never refuses. */
export function parseMarkdown(markdown: string): ParsedMarkdown {
  const root = fromMarkdown(withoutControls(markdown), { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const definitions = new Map<string, Definition>();
  const pending: Nodes[] = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.type === 'definition' && !definitions.has(node.identifier)) definitions.set(node.identifier, node);
    if ('children' in node) for (const child of node.children.toReversed()) pending.push(child);
  }
  return { root, definitions };
}

/** Jira refuses control characters in a document. */
function withoutControls(markdown: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to take out
  return markdown.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '').toWellFormed();
}

/** The text below a tree in reading order, without recursion, for what is nested too deeply to keep its form. */
export function plainMarkdownText(node: Nodes): string {
  const words: string[] = [];
  const pending: Nodes[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if ('value' in next && next.type !== 'html') words.push(next.value);
    if ('children' in next) for (const child of next.children.toReversed()) pending.push(child);
  }
  return oneLine(words.join(' '));
}

import type { Mention } from '../../../domain/ports/jira.ts';
import { type AdfDocument, type AdfNode, childrenOf, isAdfNode, textAttribute } from './adf.ts';

/**
 * Takes apart what `withMention` has put together, so that a comment that is edited can mention the same person again:
 * as text a mention is a name without an account. `undefined` where the document begins with no mention.
 */
export function splitMention(value: unknown): { mention: Mention; rest: AdfDocument } | undefined {
  if (!isAdfNode(value)) return undefined;
  const [first, ...blocks] = childrenOf(value);
  const [node, ...inline] = first?.type === 'paragraph' ? childrenOf(first) : [];
  const accountId = node?.type === 'mention' ? textAttribute(node, 'id') : undefined;
  if (!first || !node || !accountId) return undefined;
  const name = (textAttribute(node, 'text') ?? accountId).replace(/^@/, '');
  const left = withoutSpace(inline);
  const content = left.length === 0 ? blocks : [{ ...first, content: left }, ...blocks];
  return { mention: { accountId, name }, rest: { type: 'doc', version: 1, content } };
}

/** The space between the mention and what follows it. */
function withoutSpace([next, ...others]: readonly AdfNode[]): AdfNode[] {
  if (next?.type !== 'text' || !next.text?.startsWith(' ')) return next ? [next, ...others] : [];
  const text = next.text.slice(1);
  return text === '' ? others : [{ ...next, text }, ...others];
}

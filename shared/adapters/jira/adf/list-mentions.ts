import { type AdfNode, childrenOf, isAdfNode, textAttribute } from './adf.ts';

/** Account ids of the accounts a document mentions, wherever it does; the text of a mention may be an older name. */
export function listMentions(value: unknown): string[] {
  const found = new Set<string>();
  const pending: AdfNode[] = isAdfNode(value) ? [value] : [];
  for (let node = pending.pop(); node; node = pending.pop()) {
    const id = node.type === 'mention' ? textAttribute(node, 'id') : undefined;
    if (id) found.add(id);
    pending.push(...childrenOf(node));
  }
  return [...found];
}

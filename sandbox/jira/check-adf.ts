import { type AdfNode, childrenOf, isAdfNode } from '../../shared/adapters/jira/adf/adf.ts';

/**
 * What Jira would refuse about rich text in a request, as one word, or `undefined`. The shape only; the ADF schema
 * knows more.
 */
export function findAdfProblem(value: unknown): string | undefined {
  if (!isAdfNode(value) || value.type !== 'doc') return 'INVALID_INPUT';
  if (!('version' in value) || value.version !== 1 || !Array.isArray(value.content)) return 'INVALID_INPUT';
  if (value.content.length === 0) return 'COMMENT_BODY_EMPTY';
  if (textLength(value) > 32_767) return 'CONTENT_LIMIT_EXCEEDED';
  return findNodeProblem(value, undefined);
}

const BLOCKS_OF_QUOTES = new Set(['paragraph', 'bulletList', 'orderedList', 'codeBlock', 'mediaSingle', 'mediaGroup']);
const BLOCKS_OF_ITEMS = new Set(['paragraph', 'bulletList', 'orderedList', 'taskList', 'codeBlock', 'mediaSingle']);

function findNodeProblem(node: AdfNode, parent: AdfNode | undefined): string | undefined {
  if (node.content !== undefined && !Array.isArray(node.content)) return 'INVALID_INPUT';
  if (node.content?.some((child) => !isAdfNode(child))) return 'INVALID_INPUT';
  if (node.type === 'text') {
    if (typeof node.text !== 'string' || node.text === '') return 'INVALID_INPUT';
    if (parent?.type !== 'codeBlock' && /[\r\n]/.test(node.text)) return 'INVALID_INPUT';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: Jira refuses them
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(node.text)) return 'INVALID_INPUT';
  }
  if (parent?.type === 'blockquote' && !BLOCKS_OF_QUOTES.has(node.type)) return 'INVALID_INPUT';
  if (parent?.type === 'listItem' && !BLOCKS_OF_ITEMS.has(node.type)) return 'INVALID_INPUT';
  if (
    ['bulletList', 'orderedList', 'listItem', 'blockquote', 'taskList'].includes(node.type) &&
    childrenOf(node).length === 0
  ) {
    return 'INVALID_INPUT';
  }
  for (const child of childrenOf(node)) {
    const problem = findNodeProblem(child, node);
    if (problem) return problem;
  }
  return undefined;
}

function textLength(node: AdfNode): number {
  return (node.text?.length ?? 0) + childrenOf(node).reduce((sum, child) => sum + textLength(child), 0);
}

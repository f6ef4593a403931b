import { oneLine } from '../../../kernel/text/one-line.ts';

/**
 * The Atlassian Document Format as far as both converters need it. Documents from Jira are read tolerantly: a
 * node may lack anything but its type, and unknown types keep their text.
 */
export interface AdfNode {
  type: string;
  attrs?: Record<string, unknown>;
  content?: AdfNode[];
  marks?: AdfMark[];
  text?: string;
}

export interface AdfMark {
  type: string;
  attrs?: Record<string, unknown>;
}

export interface AdfDocument extends AdfNode {
  type: 'doc';
  version: 1;
  content: AdfNode[];
}

/** Deeper nesting than this is read or written as plain text. Only an attack or a bug writes it. */
export const MAX_ADF_DEPTH = 24;

/** Whether `value` looks like a node at all. Everything else that is wrong with it is tolerated. */
export function isAdfNode(value: unknown): value is AdfNode {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}

/** The children that are nodes; anything else in `content` is left out. */
export function childrenOf(node: AdfNode): AdfNode[] {
  return Array.isArray(node.content) ? node.content.filter(isAdfNode) : [];
}

/** The marks that are marks; anything else in `marks` is left out. */
export function marksOf(node: AdfNode): AdfMark[] {
  return Array.isArray(node.marks) ? node.marks.filter(isAdfNode) : [];
}

const INLINE = new Set([
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'date',
  'status',
  'placeholder',
  'inlineCard',
  'inlineExtension',
  'mediaInline',
]);

/** Whether a node stands in a line; every other one is a block. */
export function isInline(node: AdfNode): boolean {
  return INLINE.has(node.type);
}

/** An attribute as text, or `undefined` when it is absent or empty. */
export function textAttribute(node: AdfNode | AdfMark, name: string): string | undefined {
  const value: unknown = node.attrs?.[name];
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** All text below a node in reading order, without recursion, so that any depth is safe. */
export function plainTextOf(node: AdfNode): string {
  const words: string[] = [];
  const pending: AdfNode[] = [node];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (typeof next.text === 'string') words.push(next.text);
    else if (typeof next.attrs?.['text'] === 'string') words.push(next.attrs['text']);
    for (const child of childrenOf(next).reverse()) pending.push(child);
  }
  return oneLine(words.join(' '));
}

/** The text of a code block; a break is a line of its own. */
export function codeTextOf(node: AdfNode): string {
  return childrenOf(node)
    .map((child) => (child.type === 'hardBreak' ? '\n' : (child.text ?? '')))
    .join('');
}

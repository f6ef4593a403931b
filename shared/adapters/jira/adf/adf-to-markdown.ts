import { oneLine } from '../../../kernel/text/one-line.ts';
import {
  type AdfNode,
  childrenOf,
  codeTextOf,
  isAdfNode,
  isInline,
  MAX_ADF_DEPTH,
  plainTextOf,
  textAttribute,
} from './adf.ts';
import { codeBlock, escapeText } from './escape-markdown.ts';
import { cardToMarkdown, inlineToMarkdown, mediaPlaceholder } from './inline-to-markdown.ts';
import { tableToMarkdown } from './table-to-markdown.ts';

/**
 * Rich text of Jira as Markdown. Never throws: what is not ADF is empty, a plain string stays as it is (webhooks and
 * old fields carry those), unknown nodes keep their text, and nesting beyond 24 levels becomes plain text.
 *
 * Node types: https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
 */
export function adfToMarkdown(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!isAdfNode(value)) return '';
  return blocksToMarkdown(value.type === 'doc' ? childrenOf(value) : [value], 0);
}

function blocksToMarkdown(nodes: AdfNode[], depth: number): string {
  const blocks: string[] = [];
  const neighbours = countListsBefore(nodes);
  let inline: AdfNode[] = [];
  // Loose inline nodes (a caption, a broken document) read as one paragraph.
  const endParagraph = () => {
    blocks.push(inlineToMarkdown(inline, '\\\n', depth));
    inline = [];
  };
  for (const [at, node] of nodes.entries()) {
    if (isInline(node)) inline.push(node);
    else {
      endParagraph();
      blocks.push(blockToMarkdown(node, depth, neighbours[at] ?? 0));
    }
  }
  endParagraph();
  return blocks.filter((block) => block !== '').join('\n\n');
}

function blockToMarkdown(node: AdfNode, depth: number, neighbours: number): string {
  if (depth >= MAX_ADF_DEPTH) return escapeText(plainTextOf(node));
  const children = childrenOf(node);
  switch (node.type) {
    case 'paragraph':
      return inlineToMarkdown(children, '\\\n', depth);
    case 'heading':
      return headingToMarkdown(node, depth);
    case 'bulletList':
    case 'orderedList':
    case 'taskList':
    case 'decisionList':
      return listToMarkdown(node, depth, neighbours);
    case 'codeBlock':
      return codeBlock(codeTextOf(node), textAttribute(node, 'language'));
    case 'blockquote':
      return quote(blocksToMarkdown(children, depth + 1));
    case 'panel':
      return quote([`**${panelTitle(node)}:**`, blocksToMarkdown(children, depth + 1)].filter(Boolean).join('\n\n'));
    case 'expand':
    case 'nestedExpand':
      return titled(textAttribute(node, 'title'), blocksToMarkdown(children, depth + 1));
    case 'rule':
      return '---';
    case 'table':
      return tableToMarkdown(node, depth);
    case 'media':
      return mediaPlaceholder(node);
    case 'blockCard':
    case 'embedCard':
      return cardToMarkdown(node);
    default: {
      // Layouts, captions, extensions with a body, and unknown containers: what they contain.
      const body = blocksToMarkdown(children, depth + 1);
      return body === '' ? escapeText(plainTextOf({ ...node, content: [] })) : body;
    }
  }
}

function headingToMarkdown(node: AdfNode, depth: number): string {
  const level = Math.min(6, Math.max(1, Math.trunc(Number(node.attrs?.['level'])) || 1));
  const text = inlineToMarkdown(childrenOf(node), ' ', depth);
  // A closing run of hashes would be taken for decoration.
  return text === '' ? '' : `${'#'.repeat(level)} ${text.replace(/#+$/, (run) => `\\${run}`)}`;
}

function listToMarkdown(node: AdfNode, depth: number, neighbours: number): string {
  const start = Math.max(0, Math.trunc(Number(node.attrs?.['order'] ?? 1)) || 0);
  const isDeep = depth + 1 >= MAX_ADF_DEPTH;
  const items: string[] = [];
  for (const item of childrenOf(node)) {
    if (item.type === 'taskList') {
      // A nested task list is a sibling of the item it belongs to.
      const nested = indent(isDeep ? escapeText(plainTextOf(item)) : listToMarkdown(item, depth + 1, 0), '  ');
      const previous = items.pop();
      items.push(previous === undefined ? `- ${nested.trimStart()}` : `${previous}\n${nested}`);
      continue;
    }
    const marker = markerOf(node, item, start + items.length, neighbours);
    // The check mark is text of the item; only the marker itself decides how far the rest is indented.
    const width = node.type === 'orderedList' ? marker.length : 2;
    const body = isDeep ? escapeText(plainTextOf(item)) : itemToMarkdown(item, depth + 1);
    items.push((marker + indent(body, ' '.repeat(width)).trimStart()).trimEnd());
  }
  return items.join('\n');
}

function itemToMarkdown(item: AdfNode, depth: number): string {
  const children = childrenOf(item);
  if (children.every(isInline)) return inlineToMarkdown(children, '\\\n', depth);
  const neighbours = countListsBefore(children);
  const blocks = children.map((child, at) =>
    isInline(child) ? inlineToMarkdown([child], '\\\n', depth) : blockToMarkdown(child, depth, neighbours[at] ?? 0),
  );
  return blocks
    .map((block, index) => (block === '' ? '' : isTightList(children, index) ? `\n${block}` : `\n\n${block}`))
    .join('');
}

/** A list right under the first paragraph of its item needs no empty line. */
function isTightList(children: AdfNode[], index: number): boolean {
  return (
    index === 1 && children[0]?.type === 'paragraph' && LISTS.has(children[1]?.type ?? '') && !startsLate(children[1])
  );
}

/** Only a list that starts with 1 may interrupt a paragraph. */
function startsLate(node: AdfNode | undefined): boolean {
  return node?.type === 'orderedList' && (node.attrs?.['order'] ?? 1) !== 1;
}

const LISTS = new Set(['bulletList', 'orderedList', 'taskList', 'decisionList']);

/**
 * For each node, how many lists of its kind stand right before it. They would run together, so every other one gets the
 * other marker.
 */
function countListsBefore(nodes: AdfNode[]): number[] {
  const counts: number[] = [];
  for (const [at, node] of nodes.entries()) {
    const before = nodes[at - 1];
    const continues =
      before && LISTS.has(before.type) && (before.type === 'orderedList') === (node.type === 'orderedList');
    counts.push(continues ? (counts[at - 1] ?? 0) + 1 : 0);
  }
  return counts;
}

function markerOf(list: AdfNode, item: AdfNode, number: number, neighbours: number): string {
  const bullet = neighbours % 2 === 0 ? '- ' : '* ';
  if (list.type === 'orderedList') return `${number}${neighbours % 2 === 0 ? '.' : ')'} `;
  if (list.type === 'taskList') return `${bullet}[${item.attrs?.['state'] === 'DONE' ? 'x' : ' '}] `;
  return bullet;
}

function panelTitle(node: AdfNode): string {
  const type = textAttribute(node, 'panelType') ?? 'info';
  return escapeText(type === 'custom' ? 'Note' : type[0]?.toUpperCase() + type.slice(1));
}

function titled(title: string | undefined, body: string): string {
  if (!title?.trim()) return body;
  return [`**${escapeText(oneLine(title))}**`, body].filter(Boolean).join('\n\n');
}

function quote(body: string): string {
  return body
    .split('\n')
    .map((line) => (line === '' ? '>' : `> ${line}`))
    .join('\n');
}

function indent(body: string, by: string): string {
  return body
    .split('\n')
    .map((line) => (line === '' ? '' : by + line))
    .join('\n');
}

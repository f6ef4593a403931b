import { type AdfNode, childrenOf, MAX_ADF_DEPTH, plainTextOf } from './adf.ts';
import { codeSpan, escapeText } from './escape-markdown.ts';
import { inlineToMarkdown, mediaPlaceholder } from './inline-to-markdown.ts';

/**
 * A GFM table. Cells are flattened to one line, a merged cell is followed by empty ones, and a table without a header
 * row gets an empty one, because GFM knows no other.
 */
export function tableToMarkdown(table: AdfNode, depth: number): string {
  const rows = childrenOf(table).map((row) => ({
    isHeader: childrenOf(row).length > 0 && childrenOf(row).every((cell) => cell.type === 'tableHeader'),
    cells: childrenOf(row).flatMap((cell) => [cellToMarkdown(cell, depth), ...emptyCells(cell)]),
  }));
  const width = rows.reduce((most, row) => Math.max(most, row.cells.length), 0);
  if (width === 0) return '';
  if (!rows[0]?.isHeader) rows.unshift({ isHeader: true, cells: [] });

  const lines = rows.map((row) => line(Array.from({ length: width }, (_, index) => row.cells[index] ?? '')));
  lines.splice(1, 0, line(Array.from({ length: width }, () => '---')));
  return lines.join('\n');
}

function line(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function emptyCells(cell: AdfNode): string[] {
  const span = Number(cell.attrs?.['colspan'] ?? 1);
  return Array.from({ length: Math.min(50, Math.max(0, Math.trunc(span) - 1)) || 0 }, () => '');
}

function cellToMarkdown(cell: AdfNode, depth: number): string {
  return flatten(childrenOf(cell), depth + 1)
    .filter((part) => part !== '')
    .join('<br>')
    .replaceAll('|', '\\|');
}

/** One text per line a person would see in the cell. */
function flatten(nodes: AdfNode[], depth: number): string[] {
  return nodes.flatMap((node): string[] => {
    if (depth >= MAX_ADF_DEPTH) return [escapeText(plainTextOf(node))];
    const children = childrenOf(node);
    switch (node.type) {
      case 'paragraph':
      case 'heading':
      case 'caption':
        return [inlineToMarkdown(children, '<br>', depth)];
      case 'codeBlock':
        return plainLines(children).map((text) => codeSpan(text));
      case 'listItem':
      case 'decisionItem':
        return children.every((child) => child.type === 'text')
          ? [`• ${inlineToMarkdown(children, '<br>', depth)}`]
          : bulleted(flatten(children, depth + 1), '• ');
      case 'taskItem':
        return [`${node.attrs?.['state'] === 'DONE' ? '☑' : '☐'} ${inlineToMarkdown(children, '<br>', depth)}`];
      case 'media':
        return [mediaPlaceholder(node)];
      case 'rule':
        return [];
      default:
        return children.length > 0 ? flatten(children, depth + 1) : [inlineToMarkdown([node], '<br>', depth)];
    }
  });
}

function bulleted(lines: string[], bullet: string): string[] {
  return lines.map((text, index) => (index === 0 ? bullet + text : text));
}

function plainLines(nodes: AdfNode[]): string[] {
  return nodes
    .map((node) => node.text ?? '')
    .join('')
    .split('\n')
    .filter((text) => text.trim() !== '');
}

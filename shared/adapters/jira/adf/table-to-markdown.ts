import { type AdfNode, childrenOf, codeTextOf, isInline, MAX_ADF_DEPTH, plainTextOf } from './adf.ts';
import { codeSpan, escapeText } from './escape-markdown.ts';
import { inlineToMarkdown } from './inline-to-markdown.ts';

/**
 * A GFM table. Cells are flattened to one line, what a merged cell spans is empty, and a table without a header
 * row gets an empty one, because GFM knows no other.
 */
export function tableToMarkdown(table: AdfNode, depth: number): string {
  const rows = layOut(childrenOf(table), depth);
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

interface Row {
  isHeader: boolean;
  cells: string[];
}

/** Puts every cell where a person sees it: what it spans to the right and below is empty. */
function layOut(rows: AdfNode[], depth: number): Row[] {
  /** For each column, how many rows a cell above still reaches down. */
  const reaching: number[] = [];
  return rows.map((row) => {
    const own = childrenOf(row);
    const cells: string[] = [];
    const passReached = () => {
      while ((reaching[cells.length] ?? 0) > 0) {
        reaching[cells.length] = (reaching[cells.length] ?? 0) - 1;
        cells.push('');
      }
    };
    for (const cell of own) {
      passReached();
      const rowsBelow = spanOf(cell, 'rowspan') - 1;
      for (let column = 0; column < spanOf(cell, 'colspan'); column += 1) {
        reaching[cells.length] = rowsBelow;
        cells.push(column === 0 ? cellToMarkdown(cell, depth) : '');
      }
    }
    passReached();
    return { isHeader: own.length > 0 && own.every((cell) => cell.type === 'tableHeader'), cells };
  });
}

const MAX_SPAN = 51;

function spanOf(cell: AdfNode, name: 'colspan' | 'rowspan'): number {
  const span = Math.trunc(Number(cell.attrs?.[name] ?? 1));
  return Number.isNaN(span) ? 1 : Math.min(MAX_SPAN, Math.max(1, span));
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
        return plainLines(node).map((text) => codeSpan(text));
      case 'listItem':
      case 'decisionItem':
        return bulleted(itemLines(children, depth), '• ');
      case 'taskItem':
      case 'blockTaskItem':
        return bulleted(itemLines(children, depth), node.attrs?.['state'] === 'DONE' ? '☑ ' : '☐ ');
      default:
        return children.length > 0 ? flatten(children, depth + 1) : [inlineToMarkdown([node], '<br>', depth)];
    }
  });
}

function itemLines(children: AdfNode[], depth: number): string[] {
  return children.every(isInline) ? [inlineToMarkdown(children, '<br>', depth)] : flatten(children, depth + 1);
}

function bulleted(lines: string[], bullet: string): string[] {
  return lines.map((text, index) => (index === 0 ? bullet + text : text));
}

function plainLines(codeBlock: AdfNode): string[] {
  return codeTextOf(codeBlock)
    .split('\n')
    .filter((text) => text.trim() !== '');
}

import type { Nodes, PhrasingContent, Table } from 'mdast';

import { type AdfDocument, type AdfMark, type AdfNode, MAX_ADF_DEPTH } from './adf.ts';
import type { Conversion, Place } from './conversion.ts';
import { markdownInlineToAdf, textToAdf, withoutHtmlComments } from './markdown-inline-to-adf.ts';
import { listToAdf } from './markdown-list-to-adf.ts';
import { parseMarkdown, plainMarkdownText } from './parse-markdown.ts';

/**
 * Markdown as a document Jira accepts (checked against the published ADF schema). What ADF cannot nest is
 * flattened: a heading inside a quote becomes a bold paragraph, a table inside a list becomes lines. Raw HTML is
 * shown as text, HTML comments vanish, and only code blocks have newlines in their text.
 */
export function markdownToAdf(markdown: string): AdfDocument {
  const { root, definitions } = parseMarkdown(markdown);
  let ids = 0;
  const conversion: Conversion = {
    definitions,
    nextLocalId() {
      ids += 1;
      return `cmap-${ids}`;
    },
    toBlocks: (nodes, place, depth) =>
      nodes.flatMap((node) =>
        depth > MAX_ADF_DEPTH
          ? paragraph(textToAdf(plainMarkdownText(node)))
          : blockToAdf(node, place, conversion, depth),
      ),
  };
  return { type: 'doc', version: 1, content: conversion.toBlocks(root.children, 'doc', 0) };
}

/** A paragraph, or nothing when there is no content. */
function paragraph(content: AdfNode[]): AdfNode[] {
  return content.length === 0 ? [] : [{ type: 'paragraph', content }];
}

function blockToAdf(node: Nodes, place: Place, conversion: Conversion, depth: number): AdfNode[] {
  const { definitions, toBlocks } = conversion;
  switch (node.type) {
    case 'paragraph':
      return paragraph(markdownInlineToAdf(node.children, definitions));
    case 'heading': {
      if (place !== 'doc') return paragraph(markdownInlineToAdf(node.children, definitions, STRONG));
      const content = markdownInlineToAdf(node.children, definitions);
      return content.length === 0 ? [] : [{ type: 'heading', attrs: { level: node.depth }, content }];
    }
    case 'code':
      return [codeToAdf(node.value, node.lang)];
    case 'list':
      return listToAdf(node, place, conversion, depth);
    case 'blockquote': {
      if (place !== 'doc') return toBlocks(node.children, place, depth + 1);
      const content = toBlocks(node.children, 'quote', depth + 1);
      return content.length === 0 ? [] : [{ type: 'blockquote', content }];
    }
    case 'thematicBreak':
      return place === 'doc' ? [{ type: 'rule' }] : [];
    case 'table':
      return tableToAdf(node, place, conversion);
    case 'html':
      return paragraph(textToAdf(withoutHtmlComments(node.value).trim()));
    case 'footnoteDefinition': {
      const [first, ...rest] = toBlocks(node.children, place, depth + 1);
      const label = textToAdf(`[^${node.label ?? node.identifier}]: `);
      if (first?.type === 'paragraph') return [{ ...first, content: [...label, ...(first.content ?? [])] }, ...rest];
      return [...paragraph(label), ...(first ? [first] : []), ...rest];
    }
    case 'definition':
    case 'yaml':
      return [];
    default:
      // Every block is named above; what remains is phrasing content, which the parser always wraps in a paragraph.
      return paragraph(markdownInlineToAdf([node as PhrasingContent], definitions));
  }
}

const STRONG: AdfMark[] = [{ type: 'strong' }];

function codeToAdf(value: string, language: string | null | undefined): AdfNode {
  return {
    type: 'codeBlock',
    ...(language ? { attrs: { language } } : {}),
    ...(value === '' ? {} : { content: [{ type: 'text', text: value }] }),
  };
}

function tableToAdf(table: Table, place: Place, { definitions }: Conversion): AdfNode[] {
  const rows = table.children.map((row) => row.children.map((cell) => markdownInlineToAdf(cell.children, definitions)));
  if (place !== 'doc') {
    return rows.flatMap((cells) =>
      paragraph(cells.flatMap((cell, at) => (at === 0 ? cell : [...textToAdf(' | '), ...cell]))),
    );
  }
  const width = rows.reduce((most, cells) => Math.max(most, cells.length), 0);
  const content = rows.map((cells, at) => ({
    type: 'tableRow',
    content: Array.from({ length: width }, (_, column) => ({
      type: at === 0 ? 'tableHeader' : 'tableCell',
      content: [{ type: 'paragraph', content: cells[column] ?? [] }],
    })),
  }));
  return [{ type: 'table', content }];
}

import { html } from 'hono/html';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import {
  type ParsedMarkdown,
  parseMarkdown,
  plainMarkdownText,
} from '../../../shared/adapters/jira/adf/parse-markdown.ts';

type Node = Parameters<typeof plainMarkdownText>[0];
type Definitions = ParsedMarkdown['definitions'];

/** Deeper than any text is meant to be; below it only the words are shown. */
const DEEPEST = 20;

/**
 * A text of a ticket or note as HTML of our own making: no HTML of the text, no image and no address but those of the
 * web gets through.
 */
export function renderMarkdown(text: string): Html {
  const { root, definitions } = parseMarkdown(text);
  return html`<div class="prose">${renderNode(root, definitions, 0)}</div>`;
}

function renderNode(node: Node, definitions: Definitions, depth: number): Html | string {
  if (depth > DEEPEST) return plainMarkdownText(node);
  const inner = () =>
    'children' in node ? node.children.map((child) => renderNode(child, definitions, depth + 1)) : [];
  switch (node.type) {
    case 'text':
      return node.value;
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return renderCode(node.value, node.lang ?? '');
    case 'html':
      return withoutPlainTags(node.value);
    case 'emphasis':
      return html`<em>${inner()}</em>`;
    case 'strong':
      return html`<strong>${inner()}</strong>`;
    case 'delete':
      return html`<del>${inner()}</del>`;
    case 'break':
      return html`<br>`;
    case 'thematicBreak':
      return html`<hr>`;
    case 'paragraph':
      return html`<p>${inner()}</p>`;
    // The headings of the page are its own.
    case 'heading':
      return html`<p><strong>${inner()}</strong></p>`;
    case 'blockquote':
      return html`<blockquote>${inner()}</blockquote>`;
    case 'list':
      return node.ordered ? html`<ol start="${node.start ?? 1}">${inner()}</ol>` : html`<ul>${inner()}</ul>`;
    case 'listItem':
      return html`<li>${typeof node.checked === 'boolean' ? (node.checked ? '☑ ' : '☐ ') : ''}${inner()}</li>`;
    case 'link':
      return renderAnchor(node.url, inner());
    case 'linkReference':
      return renderAnchor(definitions.get(node.identifier)?.url ?? '', inner());
    case 'image':
    case 'imageReference':
      return node.alt ?? '';
    case 'table':
      return html`<div class="scroll" role="region" tabindex="0" aria-label="Table"><table><tbody>${inner()}</tbody></table></div>`;
    case 'tableRow':
      return html`<tr>${inner()}</tr>`;
    case 'tableCell':
      return html`<td>${inner()}</td>`;
    case 'definition':
    case 'yaml':
      return '';
    default:
      return html`${inner()}`;
  }
}

function renderAnchor(url: string, inner: readonly (Html | string)[]): Html {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}" rel="noreferrer">${inner}</a>` : html`${inner}`;
}

function renderCode(value: string, language: string): Html {
  const isSuggestion = language.startsWith('suggestion');
  const label = isSuggestion ? 'Suggested lines' : language === '' ? 'Code' : `Code: ${language}`;
  const block = html`<pre tabindex="0" role="region" aria-label="${label}"${isSuggestion ? html` class="suggested"` : ''}>${value}</pre>`;
  return isSuggestion
    ? html`<p class="note">${value === '' ? 'Suggests to remove these lines.' : 'Suggests instead:'}</p>${value === '' ? '' : block}`
    : block;
}

const PLAIN_TAG = /<\/?(?:details|summary|br|sub|sup|p|div|b|i|em|strong)\s*\/?>/gi;

/** Hidden markers and tags that only lay out are left out; every other tag is text like any other. */
function withoutPlainTags(value: string): string {
  return value.replaceAll(/<!--.*?-->/gs, '').replaceAll(PLAIN_TAG, ' ');
}

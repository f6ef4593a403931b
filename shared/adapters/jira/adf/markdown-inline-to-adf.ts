import type { Definition, PhrasingContent } from 'mdast';
import { type AdfMark, type AdfNode, MAX_ADF_DEPTH } from './adf.ts';
import { joinLines } from './join-lines.ts';
import { plainMarkdownText } from './parse-markdown.ts';

type Definitions = ReadonlyMap<string, Definition>;

/**
 * Phrasing content as ADF inline nodes: real link marks, line breaks as nodes of their own, so that no text has a
 * newline, neighbours with equal marks joined, and never an empty text, which Jira refuses.
 */
export function markdownInlineToAdf(
  nodes: PhrasingContent[],
  definitions: Definitions,
  marks: AdfMark[] = [],
): AdfNode[] {
  return trimBreaks(joinTexts(nodes.flatMap((node) => toInline(node, definitions, marks, 0))));
}

/** Plain text as inline nodes, one hard break for each line end. */
export function textToAdf(text: string, marks: AdfMark[] = []): AdfNode[] {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap((line, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(line === '' ? [] : [aText(line, marks)]),
    ]);
}

/** Takes HTML comments out, also an unclosed one; the rest of raw HTML is shown as it was written. */
export function withoutHtmlComments(html: string): string {
  return html.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '');
}

function toInline(node: PhrasingContent, definitions: Definitions, marks: AdfMark[], depth: number): AdfNode[] {
  if (depth >= MAX_ADF_DEPTH) return textToAdf(plainMarkdownText(node), marks);
  const within = (children: PhrasingContent[], mark: AdfMark | undefined) =>
    children.flatMap((child) => toInline(child, definitions, withMark(marks, mark), depth + 1));

  switch (node.type) {
    case 'text':
      // A line end inside a paragraph is a space to Markdown.
      return texts(node.value.replaceAll(/[ \t]*(\r\n|\r|\n)[ \t]*/g, ' '), marks);
    case 'inlineCode':
      return texts(node.value.replaceAll(/[\r\n]+/g, ' '), withMark(marks, { type: 'code' }));
    case 'strong':
      return within(node.children, { type: 'strong' });
    case 'emphasis':
      return within(node.children, { type: 'em' });
    case 'delete':
      return within(node.children, { type: 'strike' });
    case 'break':
      return [{ type: 'hardBreak' }];
    case 'link':
      return linked(within(node.children, linkMark(node.url, node.title)), node.url, marks);
    case 'linkReference': {
      const { url, title } = definitions.get(node.identifier) ?? { url: '', title: null };
      return linked(within(node.children, linkMark(url, title)), url, marks);
    }
    case 'image':
      return imageToAdf(node.alt, node.url, marks);
    case 'imageReference':
      return imageToAdf(node.alt, definitions.get(node.identifier)?.url ?? '', marks);
    case 'footnoteReference':
      return texts(`[^${node.label ?? node.identifier}]`, marks);
    case 'html':
      if (/^<br\s*\/?>$/i.test(node.value)) return [{ type: 'hardBreak' }];
      return texts(withoutHtmlComments(node.value).replaceAll(/\s*[\r\n]\s*/g, ' '), marks);
  }
}

/** A target that cannot be a link stays readable behind its text. */
function linked(inner: AdfNode[], url: string, marks: AdfMark[]): AdfNode[] {
  if (linkMark(url)) return inner;
  const shown = inner.map((node) => node.text ?? '').join('');
  const target = joinLines(url).trim();
  return shown === target || target === '' ? inner : [...inner, aText(` (${target})`, marks)];
}

function imageToAdf(alt: string | null | undefined, url: string, marks: AdfMark[]): AdfNode[] {
  const text = joinLines(alt ?? '').trim() || joinLines(url).trim();
  return texts(text, withMark(marks, linkMark(url)));
}

/** Only addresses a reader can follow from Jira become links; `javascript:` and relative paths do not. */
function linkMark(url: string, title?: string | null): AdfMark | undefined {
  const href = joinLines(url).trim();
  if (!/^(https?:\/\/|mailto:)\S/i.test(href)) return undefined;
  return { type: 'link', attrs: { href, ...(title ? { title: joinLines(title).trim() } : {}) } };
}

/** ADF lets code carry a link and nothing else. */
function withMark(marks: AdfMark[], mark: AdfMark | undefined): AdfMark[] {
  if (!mark || marks.some(({ type }) => type === mark.type)) return marks;
  if (mark.type === 'code') return [...marks.filter(({ type }) => type === 'link'), mark];
  return [...marks, mark];
}

function texts(text: string, marks: AdfMark[]): AdfNode[] {
  return text === '' ? [] : [aText(text, marks)];
}

function aText(text: string, marks: AdfMark[]): AdfNode {
  return marks.length > 0 ? { type: 'text', text, marks } : { type: 'text', text };
}

function joinTexts(nodes: AdfNode[]): AdfNode[] {
  const joined: AdfNode[] = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (last?.type === 'text' && node.type === 'text' && JSON.stringify(last.marks) === JSON.stringify(node.marks)) {
      joined[joined.length - 1] = { ...last, text: `${last.text}${node.text}` };
    } else joined.push(node);
  }
  return joined;
}

function trimBreaks(nodes: AdfNode[]): AdfNode[] {
  const end = nodes.findLastIndex((node) => node.type !== 'hardBreak') + 1;
  return nodes.slice(0, end);
}

import type { Mention } from '../../../domain/ports/jira.ts';
import { oneLine } from '../../../kernel/text/one-line.ts';
import type { AdfDocument, AdfNode } from './adf.ts';

/**
 * The document with a person mentioned at its beginning, whom Jira notifies. Never made from the text of a comment, so
 * that no ticket and no model mentions anyone. `text` is what is shown where the account is not known any more.
 */
export function withMention(document: AdfDocument, { accountId, name }: Mention): AdfDocument {
  const mention: AdfNode = { type: 'mention', attrs: { id: accountId, text: `@${oneLine(name)}` } };
  const [first, ...rest] = document.content;
  if (first?.type !== 'paragraph')
    return { ...document, content: [{ type: 'paragraph', content: [mention] }, ...document.content] };
  const inline = [mention, { type: 'text', text: ' ' }, ...(first.content ?? [])];
  return { ...document, content: [{ ...first, content: inline }, ...rest] };
}

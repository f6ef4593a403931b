import { describeEvent } from './chat-lines.ts';
import type { OutboundEvent } from './outbound-event.ts';

/**
 * The JSON of a Teams webhook made by Workflows: a message with one Adaptive Card. Text stands in runs, which know no
 * Markdown, so that nothing in it becomes a link.
 */
export function formatTeams(event: OutboundEvent): Record<string, unknown> {
  const { title, text, links } = describeEvent(event);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      toBlock(title, { weight: 'Bolder', size: 'Medium' }),
      ...text
        .flatMap((paragraph) => paragraph.split('\n').filter((line) => line.trim() !== ''))
        .map((line) => toBlock(line)),
    ],
    actions: links.map(({ title: name, url }) => ({ type: 'Action.OpenUrl', title: name, url })),
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}

function toBlock(text: string, style: Record<string, string> = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}

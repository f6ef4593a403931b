import { describeEvent } from './chat-lines.ts';
import type { OutboundEvent } from './outbound-event.ts';

/** The JSON of a Slack incoming webhook. Nothing in it can mention people or hide where a link goes. */
export function formatSlack(event: OutboundEvent): { text: string } {
  const { title, text, links } = describeEvent(event);
  const places = links.map(({ title: name, url }) => `<${escapeLink(url)}|${escapeSlack(name)}>`);
  const lines = [
    `*${escapeSlack(title)}*`,
    ...text.map(escapeSlack),
    ...(places.length > 0 ? [places.join(' · ')] : []),
  ];
  return { text: lines.join('\n') };
}

/** The three characters that mean something to Slack (docs.slack.dev/messaging/formatting-message-text). */
function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A bar would end the address. */
function escapeLink(url: string): string {
  return escapeSlack(url.replaceAll('|', '%7C'));
}

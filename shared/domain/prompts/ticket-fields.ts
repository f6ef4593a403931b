import type { Issue, RelatedIssue, RemoteLink } from '../ports/jira.ts';
import { isLongerThan, labelUntrusted } from './label-untrusted.ts';
import { shortLine } from './short-line.ts';

const MAX_RELATED = 20;
const MAX_NAMES = 50;
const MAX_BLOCK = 20_000;
const MAX_FIELD_CHARACTERS = 4000;
const MAX_ADDRESS = 500;

/** Keeps the whole of a text that does not fit into a prompt, and answers where it will be. */
export type KeepWhole = (name: string, text: string) => string;

/**
 * What a ticket says beside summary and description, as labelled blocks of a prompt: only fields that are there. Of
 * `asked`, the names of the binding, each is a block of its own, and a long one is kept whole.
 */
export function formatTicketFields(
  { details, labels }: Pick<Issue, 'details' | 'labels'>,
  asked: readonly string[],
  whole: KeepWhole,
): string[] {
  if (!details) return [];
  const lines = [
    ...formatLine('Type', details.type),
    ...formatLine('Priority', details.priority),
    ...formatLine('Due date', details.dueDate),
    ...formatLine('Parent', details.parent && describeRelated(details.parent)),
    ...formatLine('Components', joinNames(details.components)),
    ...formatLine('Labels', joinNames(labels)),
    ...formatLine('Fix versions', joinNames(details.fixVersions)),
    ...formatList('Subtasks', details.subtasks.map(describeRelated)),
    ...formatList(
      'Links of this issue',
      details.links.map((link) => `${link.relation} ${describeRelated(link)}`),
    ),
  ];
  const own = details.fields.filter((field) => asked.includes(field.asked));
  return [
    ...(lines.length > 0 ? [labelUntrusted('ticket fields', lines.join('\n'), MAX_BLOCK)] : []),
    ...own.map(({ name, text }, index) => formatField(`${shortLine(name)}:\n${text}`, index + 1, whole)),
    ...formatRemoteLinks(details.remoteLinks ?? []),
  ];
}

/** Addresses alone: what stands at one may differ for each who asks, and nothing is fetched for a stranger. */
function formatRemoteLinks(links: readonly RemoteLink[]): string[] {
  if (links.length === 0) return [];
  const left = links.length - MAX_RELATED;
  const lines = [
    ...links.slice(0, MAX_RELATED).map((link) => `- ${shortLine(link.title)}: ${describeAddress(link)}`),
    ...(left > 0 ? [`- ${left} more are left out`] : []),
  ];
  const intro = 'Pages that are linked to the ticket, by title and address; none of them was opened for you:';
  return [`${intro}\n\n${labelUntrusted('linked pages', lines.join('\n'), MAX_BLOCK)}`];
}

function describeAddress({ url }: RemoteLink): string {
  if (url === undefined) return 'no web address';
  return url.length > MAX_ADDRESS ? `an address of ${url.length} characters, left out` : url;
}

function formatField(text: string, number: number, whole: KeepWhole): string {
  const name = `ticket field ${number}`;
  if (!isLongerThan(text, MAX_FIELD_CHARACTERS)) return labelUntrusted(name, text, MAX_FIELD_CHARACTERS);
  const wholeTextIn = whole(`ticket-field-${number}.md`, text);
  return labelUntrusted(name, text, MAX_FIELD_CHARACTERS, { wholeTextIn });
}

function formatLine(name: string, value: string | undefined): string[] {
  return value ? [`${name}: ${shortLine(value)}`] : [];
}

function formatList(name: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const left = items.length - MAX_RELATED;
  return [
    `${name}:`,
    ...items.slice(0, MAX_RELATED).map((item) => `- ${shortLine(item)}`),
    ...(left > 0 ? [`- ${left} more are left out`] : []),
  ];
}

function joinNames(names: readonly string[]): string {
  const left = names.length - MAX_NAMES;
  return [...names.slice(0, MAX_NAMES), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

function describeRelated({ key, summary, status }: RelatedIssue): string {
  return `${key}${summary ? `: ${summary}` : ''}${status ? ` (${status})` : ''}`;
}

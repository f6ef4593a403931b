import { html } from 'hono/html';
import { fitText } from '../../../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../../../shared/kernel/text/one-line.ts';
import type { TranscriptEntry } from '../../run/format-transcript.ts';
import type { StoredTranscript } from '../read/read-transcript.ts';
import { formatCount } from './format.ts';
import { type Html, renderLayout } from './layout.ts';

/** How much of a transcript stands in a run's page; its own page has all of it. */
const SHORT = { entries: 150, characters: 4000 };
const WHOLE = { entries: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

/** What the agent of a run was told, said and did, folded, as a part of the run's page. */
export function renderTranscriptSection(runId: string, transcript: StoredTranscript | undefined): Html {
  if (!transcript)
    return html`<p class="soft">None is kept: no agent session has ended, or its time to be kept is over.</p>`;
  const { number, sessions, entries } = transcript;
  const left = entries.length - SHORT.entries;
  return html`<p>${renderSessions(runId, sessions)}</p>
<details><summary>Session ${number}: ${entries.length} entries</summary>
${renderEntries(entries, SHORT)}
${left > 0 ? html`<p class="soft">${left} more are in the whole session.</p>` : ''}</details>`;
}

/** A whole session as a page of its own. */
export function renderTranscriptPage(runId: string, { number, sessions, entries }: StoredTranscript): Html {
  return renderLayout({
    title: `Session ${number} of ${runId}`,
    page: '/runs',
    body: html`<h1>Session ${number} of <a href="/runs/${runId}">${runId}</a></h1>
<p>${renderSessions(runId, sessions)}</p>
${renderEntries(entries, WHOLE)}`,
  });
}

function renderSessions(runId: string, sessions: number): Html {
  const links = Array.from(
    { length: sessions },
    (_, index) => html` <a href="/runs/${runId}/transcripts/${index + 1}">session ${index + 1}</a>`,
  );
  return html`Whole:${links}`;
}

function renderEntries(entries: readonly TranscriptEntry[], limits: typeof SHORT): Html {
  const items = entries
    .slice(0, limits.entries)
    .map((entry) => html`<li>${renderEntry(entry, limits.characters)}</li>`);
  return html`<ol class="log">${items}</ol>`;
}

function renderEntry({ at, type, ...fields }: TranscriptEntry, characters: number): Html {
  const { title, texts } = describeEntry(type, fields);
  const time = html`<span class="soft">${at.slice(11, 19)}</span>`;
  if (texts.length === 0) return html`${time} ${title}`;
  const bodies = texts.map((text) => html`<pre tabindex="0">${fitText(text, characters)}</pre>`);
  return html`<details><summary>${time} ${title}</summary>${bodies}</details>`;
}

interface EntryWords {
  title: Html | string;
  texts: string[];
}

const PREVIEW = 90;

function describeEntry(type: string, fields: Record<string, unknown>): EntryWords {
  const text = textOf(fields['text']);
  switch (type) {
    case 'prompt': {
      const prompt = textOf(fields['prompt']);
      return {
        title: html`<b>Prompt</b> ${preview(prompt)}`,
        texts: [textOf(fields['instructions']), prompt].filter((one) => one !== ''),
      };
    }
    case 'message':
      return { title: html`<b>Model</b> ${preview(text)}`, texts: text === '' ? [] : [text] };
    case 'tool-call':
      return {
        title: html`<b>Tool</b> ${String(fields['tool'])} <span class="soft">${preview(flatten(fields['arguments']))}</span>`,
        texts: [JSON.stringify(fields['arguments'] ?? null, null, 2)],
      };
    case 'tool-result':
      return {
        title: html`<b class="${fields['success'] === false ? 'bad' : ''}">${fields['success'] === false ? 'Failed' : 'Result'}</b> <span class="soft">${preview(text)}</span>`,
        texts: text === '' ? [] : [text],
      };
    case 'usage':
      return {
        title: html`<span class="soft">${count(fields['inputTokens'])} tokens in, ${count(fields['outputTokens'])} out</span>`,
        texts: [],
      };
    default:
      return { title: html`<b>${type}</b>`, texts: [JSON.stringify(fields, null, 2)] };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function preview(text: string): string {
  return fitText(oneLine(text), PREVIEW);
}

/** The values of a tool's arguments, which say more than their names. */
function flatten(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  return Object.values(value)
    .map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    .join(' ');
}

function count(value: unknown): string {
  return typeof value === 'number' ? formatCount(value) : '–';
}

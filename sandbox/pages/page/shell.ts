import { html } from 'hono/html';
import { type Html, renderLayout } from '../../../cli/commands/board/page/layout.ts';

export interface SandboxPage {
  title: string;
  /** What was just done, in one sentence. */
  notice?: string | undefined;
  body: Html;
}

/** A page of the sandbox in the frame of the board. */
export function renderSandboxPage({ title, notice, body }: SandboxPage): Html {
  return renderLayout({
    title,
    body: html`<link rel="stylesheet" href="/sandbox.css">
${notice === undefined ? '' : html`<div class="panel good" role="status"><p>${notice}</p></div>`}
${body}
<script src="/sandbox.js" defer></script>`,
  });
}

export interface LivePart {
  /** Where changes are followed. */
  address: string;
  /** Tells one state from another. */
  stamp: string;
  part: Html;
}

/** The part of a page that the script keeps current. Forms in it survive: while one is filled in, it only says so. */
export function renderLivePart({ address, stamp, part }: LivePart): Html {
  return html`<div class="bar live-bar"><output id="live-part" class="soft scripted" data-live="${address}" aria-live="polite"></output>
<span id="changed" role="status" hidden>This has changed meanwhile. <a href="">Load it again</a></span></div>
<div id="part" data-stamp="${stamp}">${part}</div>`;
}

/** Why something was not done. */
export function renderRefusedPage(sentence: string, back: string): Html {
  return renderSandboxPage({
    title: 'Not done',
    body: html`<h1>This was not done</h1><div class="panel bad" role="alert"><p>${sentence}</p></div>
<p><a class="button" href="${back}">Back</a></p>`,
  });
}

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

/** Says whether the page is live, and that it has changed while a form in it is filled in. */
export function renderLiveBar(address: string): Html {
  return html`<div class="bar live-bar"><output id="live-part" class="soft scripted" data-live="${address}" aria-live="polite"></output>
<span id="changed" role="status" hidden>This has changed meanwhile. <a href="">Load it again</a></span></div>`;
}

/** The part of a page that the script keeps current; the stamp tells one state from another. */
export function renderLivePart(stamp: string, part: Html): Html {
  return html`<div id="part" data-stamp="${stamp}">${part}</div>`;
}

/** Why something was not done. */
export function renderRefusedPage(sentence: string, back: string): Html {
  return renderSandboxPage({
    title: 'Not done',
    body: html`<h1>This was not done</h1><div class="panel bad" role="alert"><p>${sentence}</p></div>
<p><a class="button" href="${back}">Back</a></p>`,
  });
}

import { html } from 'hono/html';
import { type Html, renderLayout } from './layout.ts';

/** Why a page cannot be shown. */
export function renderProblemPage(sentence: string, stack?: string): Html {
  return renderLayout({
    title: 'Problem',
    body: html`<h1>This cannot be shown</h1><div class="panel bad" role="alert"><p>${sentence}</p></div>
${stack === undefined ? '' : html`<pre>${stack}</pre>`}`,
  });
}

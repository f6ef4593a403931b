import { html } from 'hono/html';
import { type Html, renderFailure, renderLayout } from './layout.ts';

/** Why a page cannot be shown. */
export function renderProblemPage(sentence: string, stack?: string): Html {
  return renderLayout({
    title: 'Problem',
    body: html`<h1>This cannot be shown</h1>${renderFailure(sentence, stack)}`,
  });
}

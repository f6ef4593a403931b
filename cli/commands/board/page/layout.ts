import { html, raw } from 'hono/html';

/** A piece of a page; texts in it were escaped. */
export type Html = ReturnType<typeof html>;

/** The pages in the order of the menu, by their address. */
const PAGES = {
  '/runs': 'Runs',
  '/queue': 'Queue',
  '/bindings': 'Bindings',
  '/skips': 'Skips',
  '/cost': 'Cost',
  '/audits': 'Audits',
} as const;

/** Where the menu takes the pages of an extension. Escaped texts cannot hold it. */
export const MENU_END = '<!-- more pages -->';

export interface Layout {
  title: string;
  /** Which entry of the menu this is or belongs to; absent for none. */
  page?: keyof typeof PAGES;
  body: Html;
}

/** A whole page: menu, main part and the script that keeps it current. */
export function renderLayout({ title, page, body }: Layout): Html {
  const links = Object.entries(PAGES).map(([address, name]) =>
    address === page
      ? html`<li><a href="${address}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${address}">${name}</a></li>`,
  );
  return renderDocument(
    title,
    html`<a class="skip" href="#main">Skip to the content</a>
<header class="top"><b>cmap board</b><nav aria-label="Pages"><ul>${links}${raw(MENU_END)}</ul></nav></header>
<main id="main" tabindex="-1">
${body}
</main>
<script src="/board.js" defer></script>`,
  );
}

/** Why something cannot be shown, in its place. */
export function renderFailure(sentence: string, stack?: string): Html {
  return html`<div class="panel bad" role="alert"><p>${sentence}</p></div>
${stack === undefined ? '' : html`<pre>${stack}</pre>`}`;
}

/** What stands in the place of the board for those it does not let in. */
export function renderRefusal(why: string): Html {
  return renderDocument(
    'Not shown',
    html`<main><h1>This page is not shown</h1>
<p>Reason: ${why}.</p>
<p>Open the address that <code>cmap board</code> printed, with the token in it; each start has a new one.</p></main>`,
  );
}

/** The answer to the address with the token: goes on to the list, so that the token leaves the address line. */
export function renderWelcome(): Html {
  return html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/runs"><title>cmap board</title>
<link rel="icon" href="/icon.svg" type="image/svg+xml"></head>
<body><main><p><a href="/runs">Go on to the board</a></p></main></body></html>`;
}

function renderDocument(title: string, body: Html): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · cmap board</title>
<link rel="stylesheet" href="/board.css">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
</head>
<body>
${body}
</body>
</html>`;
}

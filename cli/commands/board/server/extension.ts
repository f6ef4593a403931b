import type { Hono, MiddlewareHandler } from 'hono';
import { html } from 'hono/html';
import { MENU_END } from '../page/layout.ts';

export interface MenuEntry {
  /** Path of the page; pages below it belong to it. */
  address: string;
  name: string;
}

/** Pages that another program adds behind the guard of the board. The command `cmap board` adds none. */
export interface BoardExtension {
  menu: readonly MenuEntry[];
  addRoutes(app: Hono): void;
}

/** Puts the pages of an extension into the menu of every page. */
export function extendMenu(entries: readonly MenuEntry[]): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (!context.res.headers.get('content-type')?.startsWith('text/html')) return;
    const links = entries.map(({ address, name }) =>
      `${context.req.path}/`.startsWith(`${address}/`)
        ? html`<li><a href="${address}" aria-current="page">${name}</a></li>`
        : html`<li><a href="${address}">${name}</a></li>`,
    );
    const page = await context.res.text();
    context.res = new Response(
      page.replace(MENU_END, () => links.join('')),
      context.res,
    );
  };
}

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

/** Replaces a text that stands in one piece. */
function replaceIn(text: string, by: string): TransformStream<string, string> {
  return new TransformStream({
    transform(piece, controller) {
      controller.enqueue(piece.replace(text, () => by));
    },
  });
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
    // As it comes: a page whose rest is still read is shown already.
    const body = context.res.body
      ?.pipeThrough(new TextDecoderStream())
      .pipeThrough(replaceIn(MENU_END, links.join('')))
      .pipeThrough(new TextEncoderStream());
    context.res = new Response(body ?? null, context.res);
  };
}

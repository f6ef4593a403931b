import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Secret } from '../../../../shared/kernel/secret.ts';
import { renderRefusal, renderWelcome } from '../page/layout.ts';

export interface GuardOptions {
  token: Secret;
  port: number;
}

/**
 * Lets in the browser that was given the address. Other sites of the same browser are kept out by Host and Origin: a
 * name that was pointed at 127.0.0.1 is no name of ours, and a form of another page has another origin. Other users of
 * the machine do not know the token.
 */
export function createGuard({ token, port }: GuardOptions): MiddlewareHandler {
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  // Cookies do not know ports: two boards on one machine need two names.
  const name = `cmap-board-${port}`;
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (!hosts.has(host)) return refuse(context, 'it was asked for under another host name');
    if (!isOwnOrigin(context, `http://${host}`)) return refuse(context, 'the request comes from another page');
    if (token.matches(getCookie(context, name))) return next();
    const given = context.req.query('token');
    if (context.req.method !== 'GET' || !token.matches(given)) return refuse(context, 'the token is missing or wrong');
    setCookie(context, name, token.reveal(), { httpOnly: true, sameSite: 'Strict', path: '/' });
    // A redirect after a click in another site's page would come without the cookie; this page asks by itself.
    return context.html(renderWelcome());
  };
}

/** What changes something must name its origin; a page that is opened need not. */
function isOwnOrigin({ req }: Context, own: string): boolean {
  const origin = req.header('origin');
  // Another server of this machine is the same site to a browser, whose cookies do not know ports.
  const isForeign = ['same-site', 'cross-site'].includes(req.header('sec-fetch-site') ?? '');
  if (isForeign && req.header('sec-fetch-mode') !== 'navigate') return false;
  if (origin !== undefined) return origin === own;
  return req.method === 'GET' || req.method === 'HEAD';
}

function refuse(context: Context, why: string): Response | Promise<Response> {
  return context.html(renderRefusal(why), 403);
}

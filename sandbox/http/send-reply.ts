import type { ServerResponse } from 'node:http';

export interface Reply {
  status: number;
  /** A text is sent as it is, everything else as JSON; without it the answer is empty. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a browser on. The fragment of the address it came with stays. */
export function redirectToPage(location: string): Reply {
  return { status: 302, headers: { location } };
}

/** Sends a reply, whole, with the content type of its body unless `headers` names one. */
export function sendReply(response: ServerResponse, { status, body, headers }: Reply): void {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(status, { ...(text === undefined ? {} : { 'content-type': type }), ...headers }).end(text);
}

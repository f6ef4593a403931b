import type { ServerResponse } from 'node:http';

export interface Reply {
  status: number;
  /** Texts and bytes are sent as they are, everything else as JSON; without it the answer is empty. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** Sends a browser on. The fragment of the address it came with stays. */
export function redirectToPage(location: string): Reply {
  return { status: 302, headers: { location } };
}

/** Sends a reply, whole, with the content type of its body unless `headers` names one. */
export function sendReply(response: ServerResponse, { status, body, headers }: Reply): void {
  const isPlain = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
  const content = isPlain ? body : JSON.stringify(body);
  const type = isPlain ? 'text/plain' : 'application/json; charset=utf-8';
  response.writeHead(status, { ...(content === undefined ? {} : { 'content-type': type }), ...headers }).end(content);
}

import type * as z from 'zod';

import type { RemoteLink } from '../../domain/ports/jira.ts';
import type { RemoteLinksResponse } from './api-schemas.ts';

/** The links of an answer, each title and address once: people link the same page twice, and apps do without an id. */
export function readRemoteLinks(answer: z.infer<typeof RemoteLinksResponse>): RemoteLink[] {
  const links = answer.map(({ globalId, object }): RemoteLink => {
    const url = readWebAddress(object.url);
    return { ...(globalId ? { globalId } : {}), title: object.title, ...(url === undefined ? {} : { url }) };
  });
  return [...new Map(links.map((link) => [JSON.stringify([link.title, link.url]), link])).values()];
}

/** People paste an address together with the password they opened it with. */
function readWebAddress(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  url.username = '';
  url.password = '';
  return url.href;
}

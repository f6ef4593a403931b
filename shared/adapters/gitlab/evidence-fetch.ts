import type { EvidenceFetch, EvidenceRequest } from '../../domain/ports/evidence.ts';
import type { Requester } from './requester.ts';

export interface GitLabEvidenceDeps {
  /** With its sub-path when GitLab has one. */
  baseUrl: string;
  requesterFor: (credentialRef: string) => Promise<Requester>;
}

/**
 * GitLab's answers as evidence. The next page is the one the `Link` header names, because totals are left out on large
 * lists: https://docs.gitlab.com/api/rest/#pagination-link-header
 */
export function createGitLabEvidenceFetch({ baseUrl, requesterFor }: GitLabEvidenceDeps): EvidenceFetch {
  const root = `${baseUrl.replace(/\/+$/, '')}/api`;
  return async (request) => {
    const send = await requesterFor(request.credentialRef ?? 'default');
    const { method, path, query = {}, body } = request;
    const answer = await send({ method, path, query, ...(body === undefined ? {} : { body }) });
    const next = readNext(answer.headers['link'], root);
    return { url: toAddress(root, request), text: JSON.stringify(answer.body), ...(next ? { next } : {}) };
  };
}

function toAddress(root: string, { path, query = {} }: EvidenceRequest): string {
  const url = new URL(path === 'graphql' ? `${root}/graphql` : `${root}/v4/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url.href;
}

/** Path and query of `rel="next"`, below the API's root. A link that leads elsewhere is not followed. */
function readNext(link: string | undefined, root: string): Pick<EvidenceRequest, 'path' | 'query'> | undefined {
  const address = /<([^>]+)>;\s*rel="?next"?/.exec(link ?? '')?.[1];
  const url = address === undefined ? null : URL.parse(address);
  const below = new URL(`${root}/v4/`).pathname;
  if (!url?.pathname.startsWith(below)) return undefined;
  return { path: url.pathname.slice(below.length), query: Object.fromEntries(url.searchParams) };
}

import type { EvidenceFetch } from '../../domain/ports/evidence.ts';
import { get, postRepeatable } from './api-request.ts';
import type { Requester } from './requester.ts';

export interface JiraEvidenceDeps {
  /** Where people look: `https://site.atlassian.net`. */
  siteUrl: string;
  request: Requester;
}

/** Jira's answers as evidence. Pages of Jira are named in its answers, so the caller asks for each. */
export function createJiraEvidenceFetch({ siteUrl, request }: JiraEvidenceDeps): EvidenceFetch {
  return async ({ method, path, query = {}, body }, signal) => {
    const plain = Object.fromEntries(
      Object.entries(query).map(([name, value]) => [name, typeof value === 'boolean' ? String(value) : value]),
    );
    const answer = await request(method === 'GET' ? get(path, plain) : postRepeatable(path, body), signal);
    const url = new URL(`${siteUrl.replace(/\/+$/, '')}/rest/api/3/${path}`);
    for (const [name, value] of Object.entries(plain)) url.searchParams.set(name, String(value));
    return { url: url.href, text: JSON.stringify(answer ?? null) };
  };
}

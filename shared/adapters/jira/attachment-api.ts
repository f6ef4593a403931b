import type { Jira } from '../../domain/ports/jira.ts';
import { SECOND } from '../../kernel/clock.ts';
import { download } from '../http/download.ts';
import { toApiUrl } from './api-request.ts';
import type { RequesterDeps } from './requester.ts';
import { withCredential } from './with-credential.ts';

/** A file of a few megabytes takes a second; a run waits no longer for one it can do without. */
const TIMEOUT_MS = 20 * SECOND;

/**
 * Reading what is attached to issues. Addresses in answers are not used: the content of an attachment is asked for by
 * its id, at the API, which is told not to redirect.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
 */
export function createAttachmentApi(deps: RequesterDeps): Pick<Jira, 'readAttachment'> {
  const { baseUrl, credential, timeoutMs = TIMEOUT_MS, ...common } = deps;
  return {
    readAttachment: ({ id, maxBytes }, signal) =>
      withCredential(credential, (headers) => {
        const path = `attachment/content/${encodeURIComponent(id)}`;
        const url = toApiUrl({ path, query: { redirect: 'false' } }, baseUrl);
        const wanted = { url, path, headers, maxBytes, mayLeadTo: (to: URL) => isOfAtlassian(to, url) };
        return download(wanted, { ...common, service: 'jira', title: 'Jira', timeoutMs }, signal);
      }),
  };
}

/** The API itself, or a host where Atlassian keeps files (`api.media.atlassian.com`), by HTTPS at its own port. */
function isOfAtlassian(to: URL, api: URL): boolean {
  if (to.username !== '' || to.password !== '') return false;
  if (to.origin === api.origin) return true;
  return to.protocol === 'https:' && to.port === '' && /(?:^|\.)atlassian(?:-us-gov-mod)?\.com$/.test(to.hostname);
}

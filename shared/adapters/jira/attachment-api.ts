import * as z from 'zod';
import type { Jira, JiraUser } from '../../domain/ports/jira.ts';
import { SECOND } from '../../kernel/clock.ts';
import { TaskError } from '../../kernel/errors.ts';
import { download } from '../http/download.ts';
import { listOf } from '../http/list-of.ts';
import { get, issuePath, parseResponse, toApiUrl } from './api-request.ts';
import type { Requester, RequesterDeps } from './requester.ts';
import { withCredential } from './with-credential.ts';

/** A file of a few megabytes takes a second; a run waits no longer for one it can do without. */
const TIMEOUT_MS = 20 * SECOND;

interface AttachmentTools {
  request: Requester;
  getMyself: () => Promise<Pick<JiraUser, 'accountId'>>;
}

const AttachedResponse = z.object({
  fields: z.object({
    project: z.object({ projectTypeKey: z.string().nullish() }),
    attachment: listOf(
      z.object({ filename: z.string(), author: z.object({ accountId: z.string() }).nullish().catch(null) }),
    ),
  }),
});

/**
 * What is attached to issues. Addresses in answers are not used: the content of an attachment is asked for by
 * its id, at the API, which is told not to redirect.
 * https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-attachments/#api-rest-api-3-attachment-content-id-get
 */
export function createAttachmentApi(
  deps: RequesterDeps,
  { request, getMyself }: AttachmentTools,
): Pick<Jira, 'readAttachment' | 'attachText'> {
  const { baseUrl, credential, timeoutMs = TIMEOUT_MS, ...common } = deps;
  return {
    async attachText({ issueKey, name, text }, signal) {
      const isThere = async () => {
        const fields = { fields: 'project,attachment' };
        const [answer, self] = await Promise.all([request(get(issuePath(issueKey), fields), signal), getMyself()]);
        const { project, attachment } = parseResponse(AttachedResponse, answer).fields;
        if (project.projectTypeKey === 'service_desk')
          throw new TaskError('jira-refused', { detail: 'customers of a service desk see what is attached' });
        return attachment.some(({ filename, author }) => filename === name && author?.accountId === self.accountId);
      };
      if (await isThere()) return;
      const form = new FormData();
      form.set('file', new Blob([text], { type: 'text/plain; charset=utf-8' }), name);
      const path = issuePath(issueKey, 'attachments');
      try {
        await request({ method: 'POST', path, form, repeatable: false }, signal);
      } catch (error) {
        signal?.throwIfAborted();
        // Only the answer may be lost: what is taken for not attached is written elsewhere a second time.
        if (!(error instanceof TaskError) || error.code !== 'jira-unavailable' || !(await isThere())) throw error;
      }
    },
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

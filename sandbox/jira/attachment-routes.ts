import type { Reply } from '../http/send-reply.ts';
import { type Call, type RouteDeps, refuse } from './call.ts';
import type { FakeState } from './fake-state.ts';

/** Where the API sends those who do not ask for the bytes themselves; another host at Atlassian. */
const MEDIA_PATH = '/media/attachment/';

/** The bytes, or where they are. */
export function readAttachment({ params, query }: Call, { state }: RouteDeps): Reply {
  const id = params['id'] ?? '';
  const found = state.findAttachment(id);
  if (!found || found.issue.restricted)
    return refuse(404, `The attachment with id '${id}' does not exist or you do not have permission to see it.`);
  if (query.get('redirect') !== 'false') return { status: 303, headers: { location: `${MEDIA_PATH}${id}` } };
  return sendContent(state, id);
}

export function isMediaPath(path: string): boolean {
  return path.startsWith(MEDIA_PATH);
}

/** Its addresses are good by themselves, and a credential of Jira is none of its business. */
export function answerMedia(
  path: string,
  { authorization }: { authorization?: string | undefined },
  state: FakeState,
): Reply {
  if (authorization !== undefined) return { status: 400, body: 'only one way to authenticate is allowed' };
  return sendContent(state, path.slice(MEDIA_PATH.length));
}

function sendContent(state: FakeState, id: string): Reply {
  const found = state.findAttachment(id);
  if (!found) return { status: 404, body: 'not found' };
  const { content, mimeType } = found.attachment;
  return { status: 200, body: content, headers: { 'content-type': mimeType } };
}

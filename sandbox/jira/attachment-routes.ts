import * as z from 'zod';
import type { Reply } from '../http/send-reply.ts';
import { type Call, ok, type RouteDeps, refuse } from './call.ts';
import type { FakeState } from './fake-state.ts';
import type { StoredIssue } from './model.ts';

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

const Files = z.object({ files: z.array(z.object({ name: z.string(), type: z.string(), text: z.string() })).min(1) });
/** As Jira Cloud has it unless an administrator changes it: 1 GB; smaller here, so that a test can exceed it. */
const MAX_FILE_BYTES = 20 * 1024 * 1024;

/** Files of a form; what a browser could have sent is refused. */
export function attachFiles(issue: StoredIssue, { body, user, headers }: Call, { state, views }: RouteDeps): Reply {
  if (headers['x-atlassian-token'] !== 'no-check') return { status: 403, body: 'XSRF check failed' };
  const parsed = Files.safeParse(body);
  if (!parsed.success) return { status: 415, body: { message: 'Unsupported Media Type' } };
  if (parsed.data.files.some(({ text }) => Buffer.byteLength(text) > MAX_FILE_BYTES))
    return refuse(413, 'The attachment exceeds the maximum attachment size.');
  const attached = parsed.data.files.map(({ name, type, text }) => {
    const content = new TextEncoder().encode(text);
    const about = { name, mimeType: type, size: content.length, authorId: user.accountId };
    return state.attach(issue, { ...about, content });
  });
  return ok(attached.map((attachment) => views.attachment(attachment)));
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

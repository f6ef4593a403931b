import type { IssueComment, Jira, Mention } from '../../domain/ports/jira.ts';
import type { Log } from '../../kernel/log.ts';
import type { AdfDocument } from './adf/adf.ts';
import { withMention } from './adf/with-mention.ts';
import { get, issuePath, parseResponse, postOnce, put } from './api-request.ts';
import { CommentPage, CommentResponse } from './api-schemas.ts';
import { loadMarkdownToAdf } from './load-markdown-to-adf.ts';
import { readComment } from './read-issue.ts';
import type { Requester } from './requester.ts';

export interface CommentApiDeps {
  request: Requester;
  log: Log;
}

/** Reading and writing the comments of an issue. One that cannot be read is left out and logged. */
export function createCommentApi({
  request,
  log,
}: CommentApiDeps): Pick<Jira, 'listComments' | 'addComment' | 'updateComment'> {
  return {
    async listComments(key, signal) {
      const comments: IssueComment[] = [];
      for (let startAt = 0; startAt < MAX_COMMENTS; ) {
        const query = { startAt, maxResults: PAGE_SIZE, orderBy: 'created' };
        const page = parseResponse(CommentPage, await request(get(issuePath(key, 'comment'), query), signal));
        for (const answer of page.comments) {
          const comment = CommentResponse.safeParse(answer);
          if (comment.success) comments.push(readComment(comment.data));
          else log.warn('jira comment is unreadable', { issueKey: key });
        }
        startAt += page.comments.length;
        if (page.comments.length === 0 || startAt >= (page.total ?? Number.POSITIVE_INFINITY)) break;
      }
      return comments;
    },
    async addComment(key, markdown, signal, mention) {
      // A second one would stand on the issue for ever: after an unclear failure the caller looks for it first.
      const comment = { body: await toBody(markdown, mention), properties: INTERNAL };
      const answer = await request(postOnce(issuePath(key, 'comment'), comment), signal);
      return readComment(parseResponse(CommentResponse, answer));
    },
    async updateComment(key, commentId, markdown, signal, mention) {
      await request(put(issuePath(key, 'comment', commentId), { body: await toBody(markdown, mention) }), signal);
    },
  };
}

async function toBody(markdown: string, mention: Mention | undefined): Promise<AdfDocument> {
  const document = (await loadMarkdownToAdf())(markdown);
  return mention ? withMention(document, mention) : document;
}

/**
 * Makes a comment internal where the project is a service desk, whose customers are not to read what concerns the code.
 * A property without a meaning in every other project. developer.atlassian.com, Jira Service Management, "internal
 * comments".
 */
const INTERNAL = [{ key: 'sd.public.comment', value: { internal: true } }];

const PAGE_SIZE = 100;
const MAX_COMMENTS = 5000;

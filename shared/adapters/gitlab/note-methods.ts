import type { GitLab, LineRangeEnd, Position } from '../../domain/ports/gitlab.ts';
import type { Log } from '../../kernel/log.ts';
import { DiscussionResponse, NoteResponse, parseList, parseResponse } from './api-schemas.ts';
import { orUndefined } from './or-undefined.ts';
import type { Requester } from './requester.ts';
import type { createResources } from './resources.ts';

type Methods = Pick<
  GitLab,
  | 'listNotes'
  | 'createNote'
  | 'updateNote'
  | 'addReaction'
  | 'listDiscussions'
  | 'findDiscussion'
  | 'createDiscussion'
  | 'replyToDiscussion'
  | 'resolveDiscussion'
>;

/** The part of `GitLab` that reads and writes notes and discussions of merge requests. */
export function createNoteMethods(
  { notes, discussions }: Pick<ReturnType<typeof createResources>, 'notes' | 'discussions'>,
  request: Requester,
  log: Log,
): Methods {
  return {
    async listNotes(projectId, iid) {
      const body = await notes.all(projectId, iid, { sort: 'asc', orderBy: 'created_at', perPage: 100 });
      return parseList(NoteResponse, body, { what: 'notes', log });
    },

    async createNote(projectId, iid, body) {
      return parseResponse(NoteResponse, await notes.create(projectId, iid, body), 'a new note');
    },

    async updateNote(projectId, iid, noteId, body) {
      await notes.edit(projectId, iid, noteId, { body });
    },

    async addReaction(projectId, iid, noteId, name) {
      // https://docs.gitlab.com/api/emoji_reactions/: 404 also for one that is there already.
      const path = `projects/${projectId}/merge_requests/${iid}/notes/${noteId}/award_emoji`;
      await orUndefined(request({ method: 'POST', path, body: { name } }));
    },

    async listDiscussions(projectId, iid) {
      const body = await discussions.all(projectId, iid, { perPage: 100 });
      return parseList(DiscussionResponse, body, { what: 'discussions', log });
    },

    async findDiscussion(projectId, iid, discussionId) {
      const body = await orUndefined(discussions.show(projectId, iid, discussionId));
      return body === undefined ? undefined : parseResponse(DiscussionResponse, body, 'a discussion');
    },

    async createDiscussion(projectId, iid, body, position) {
      // By hand: the library would send a position as a form, where numbers and nulls become text.
      const answer = await request({
        method: 'POST',
        path: discussionsPath(projectId, iid),
        body: position ? { body, position: toWirePosition(position) } : { body },
      });
      return parseResponse(DiscussionResponse, answer.body, 'a new discussion');
    },

    async replyToDiscussion(projectId, iid, discussionId, body) {
      const answer = await discussions.addNote(projectId, iid, discussionId, body);
      return parseResponse(NoteResponse, answer, 'a new note');
    },

    async resolveDiscussion(projectId, iid, discussionId, resolved) {
      // By hand: the library would put `resolved` into the address and send no body.
      const path = `${discussionsPath(projectId, iid)}/${encodeURIComponent(discussionId)}`;
      await request({ method: 'PUT', path, body: { resolved } });
    },
  };
}

function discussionsPath(projectId: number, iid: number): string {
  return `projects/${projectId}/merge_requests/${iid}/discussions`;
}

function toWirePosition({ kind, lineRange, ...at }: Position) {
  return {
    position_type: kind,
    base_sha: at.baseSha,
    start_sha: at.startSha,
    head_sha: at.headSha,
    old_path: at.oldPath,
    new_path: at.newPath,
    ...(at.oldLine === undefined ? {} : { old_line: at.oldLine }),
    ...(at.newLine === undefined ? {} : { new_line: at.newLine }),
    ...(lineRange
      ? { line_range: { start: toWireRangeEnd(lineRange.start), end: toWireRangeEnd(lineRange.end) } }
      : {}),
  };
}

function toWireRangeEnd({ lineCode, type, oldLine, newLine }: LineRangeEnd) {
  return {
    line_code: lineCode,
    type,
    ...(oldLine === undefined ? {} : { old_line: oldLine }),
    ...(newLine === undefined ? {} : { new_line: newLine }),
  };
}

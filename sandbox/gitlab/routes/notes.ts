import * as z from 'zod';
import {
  addNote,
  deleteNote,
  editNote,
  replyTo,
  requireDiscussion,
  requireNote,
  resolveDiscussion,
  startDiscussion,
} from '../actions/notes.ts';
import { accessLevelOf, DEVELOPER, GUEST } from '../http/access.ts';
import { ApiError, forbidden, invalidParameter } from '../http/api-error.ts';
import { paginate } from '../http/paginate.ts';
import { mergeRequestOf, readParams } from '../http/read-params.ts';
import type { Route, RouteCall } from '../http/route.ts';
import { viewDiscussion, viewNote } from '../views/views.ts';

const Text = z.object({ body: z.string() });
const Thread = z.object({ body: z.string(), position: z.record(z.string(), z.unknown()).optional() });
const Resolution = z.object({ resolved: z.union([z.boolean(), z.stringbool()]) });
const NOTES = '/projects/:id/merge_requests/:iid/notes';
const DISCUSSIONS = '/projects/:id/merge_requests/:iid/discussions';

/** What GitLab answers for a note that was nothing but quick actions. */
const ONLY_COMMANDS = { status: 202, body: { commands_changes: {}, summary: ['Commands applied'] } };

/** Notes and discussions of merge requests. Guests of a private project may read and write them. */
export const noteRoutes: Route[] = [
  {
    name: `GET ${NOTES}`,
    handle(call) {
      const mergeRequest = mergeRequestOf(call);
      const notes = mergeRequest.discussions.flatMap((discussion) => discussion.notes);
      const direction = call.query.get('sort') === 'asc' ? 1 : -1;
      const byUpdate = call.query.get('order_by') === 'updated_at';
      notes.sort((a, b) => direction * ((byUpdate ? a.updatedAt - b.updatedAt : 0) || a.id - b.id));
      return paginate(call, notes, (note) => viewNote(call.state, mergeRequest, note));
    },
  },
  {
    name: `POST ${NOTES}`,
    handle(call) {
      const mergeRequest = writable(call);
      const note = addNote(call.state, mergeRequest, readParams(Text, call).body, call.user);
      if (note.body === '') return ONLY_COMMANDS;
      return { status: 201, body: viewNote(call.state, mergeRequest, note) };
    },
  },
  {
    name: `GET ${NOTES}/:note`,
    handle(call) {
      const { mergeRequest, note } = requireNote(mergeRequestOf(call), Number(call.params['note']));
      return { status: 200, body: viewNote(call.state, mergeRequest, note) };
    },
  },
  {
    name: `PUT ${NOTES}/:note`,
    handle(call) {
      const place = requireNote(writable(call), Number(call.params['note']));
      editNote(call.state, place, readParams(Text, call).body, call.user);
      return { status: 200, body: viewNote(call.state, place.mergeRequest, place.note) };
    },
  },
  {
    name: `POST ${NOTES}/:note/award_emoji`,
    handle(call) {
      const { note } = requireNote(mergeRequestOf(call), Number(call.params['note']));
      const { name } = readParams(z.object({ name: z.string().min(1) }), call);
      note.reactions ??= [];
      if (note.reactions.some((given) => given.name === name && given.by === call.user))
        throw new ApiError(404, { message: '404 Award Emoji Name has already been taken Not Found' });
      note.reactions.push({ name, by: call.user });
      return { status: 201, body: { id: call.state.nextId(), name, awardable_id: note.id, awardable_type: 'Note' } };
    },
  },
  {
    name: `DELETE ${NOTES}/:note`,
    handle(call) {
      const place = requireNote(writable(call), Number(call.params['note']));
      if (place.note.author !== call.user) throw forbidden();
      deleteNote(place);
      return { status: 204 };
    },
  },
  {
    name: `GET ${DISCUSSIONS}`,
    handle(call) {
      const mergeRequest = mergeRequestOf(call);
      return paginate(call, mergeRequest.discussions, (item) => viewDiscussion(call.state, mergeRequest, item));
    },
  },
  {
    name: `POST ${DISCUSSIONS}`,
    async handle(call) {
      const mergeRequest = writable(call);
      const discussion = await startDiscussion(call.state, mergeRequest, readParams(Thread, call), call.user);
      if (discussion.notes.length === 0) return ONLY_COMMANDS;
      return { status: 201, body: viewDiscussion(call.state, mergeRequest, discussion) };
    },
  },
  {
    name: `GET ${DISCUSSIONS}/:discussion`,
    handle(call) {
      const mergeRequest = mergeRequestOf(call);
      const discussion = requireDiscussion(mergeRequest, call.params['discussion'] ?? '');
      return { status: 200, body: viewDiscussion(call.state, mergeRequest, discussion) };
    },
  },
  {
    name: `PUT ${DISCUSSIONS}/:discussion`,
    handle(call) {
      const mergeRequest = writable(call);
      const discussion = requireDiscussion(mergeRequest, call.params['discussion'] ?? '');
      const { resolved } = readParams(Resolution, call);
      // The author of a merge request may resolve its threads, and so may developers.
      const allowed = mergeRequest.author === call.user || accessLevelOf(mergeRequest.project, call.user) >= DEVELOPER;
      if (!allowed) throw forbidden();
      resolveDiscussion(call.state, mergeRequest, discussion, resolved, call.user);
      return { status: 200, body: viewDiscussion(call.state, mergeRequest, discussion) };
    },
  },
  {
    name: `POST ${DISCUSSIONS}/:discussion/notes`,
    handle(call) {
      const mergeRequest = writable(call);
      const discussion = requireDiscussion(mergeRequest, call.params['discussion'] ?? '');
      const note = replyTo(call.state, mergeRequest, discussion, readParams(Text, call).body, call.user);
      if (note.body === '') return ONLY_COMMANDS;
      return { status: 201, body: viewNote(call.state, mergeRequest, note) };
    },
  },
  {
    name: `PUT ${DISCUSSIONS}/:discussion/notes/:note`,
    handle(call) {
      const place = requireNote(writable(call), Number(call.params['note']));
      if ('body' in call.body === 'resolved' in call.body) {
        throw invalidParameter('body, resolved are missing, exactly one parameter must be provided');
      }
      const { state, user } = call;
      if ('body' in call.body) editNote(state, place, readParams(Text, call).body, user);
      else resolveDiscussion(state, place.mergeRequest, place.discussion, readParams(Resolution, call).resolved, user);
      return { status: 200, body: viewNote(state, place.mergeRequest, place.note) };
    },
  },
  {
    name: `POST /projects/:id/merge_requests/:iid/award_emoji`,
    handle(call) {
      mergeRequestOf(call);
      const { name } = readParams(z.object({ name: z.string().min(1) }), call);
      return { status: 201, body: { id: call.state.nextId(), name } };
    },
  },
];

/** @throws {ApiError} 404, 403, and 403 in an archived project */
function writable(call: RouteCall) {
  const mergeRequest = mergeRequestOf(call, GUEST);
  if (accessLevelOf(mergeRequest.project, call.user) < GUEST && mergeRequest.project.visibility === 'private') {
    throw forbidden();
  }
  if (mergeRequest.project.archived) throw new ApiError(403, { message: '403 Forbidden' });
  return mergeRequest;
}

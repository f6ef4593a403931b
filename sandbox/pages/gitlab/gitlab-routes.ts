import type { Context, Hono } from 'hono';
import { renderProblemPage } from '../../../cli/commands/board/page/problem-page.ts';
import { ApiRefusal } from '../api/call-api.ts';
import type { GitLabPerson, Place } from '../api/gitlab-person.ts';
import type { SandboxPagesDeps } from '../api/pages-deps.ts';
import { readForm } from '../page/read-form.ts';
import { renderRefusedPage } from '../page/shell.ts';
import { stampOf, streamPart } from '../page/stream-part.ts';
import { renderCommitPage } from './commit-page.ts';
import { readEditable, renderEditPage, renderFilesPage, withLineBreaksOf } from './edit-page.ts';
import { markAsReady } from './mark-as-ready.ts';
import {
  addressOfMergeRequest,
  type MergeRequestView,
  renderMergeRequestPage,
  renderMergeRequestPart,
} from './merge-request-page.ts';
import { type MergeRequestList, renderProjectsPage, renderProjectsPart } from './projects-page.ts';
import { readPlace } from './read-place.ts';

const NOTICES: Readonly<Record<string, string>> = {
  note: 'The note is written.',
  reply: 'The reply is written.',
  resolve: 'The thread is changed.',
  apply: 'The suggestion is a commit on the branch now.',
  ready: 'The merge request is ready.',
  approve: 'You approved the merge request.',
  merge: 'Merged. cmap notices within seconds and moves the ticket to Done.',
  edit: 'The change is pushed. cmap reviews it within seconds.',
};

/** GitLab of the sandbox: lists, merge requests, commits, and what a person does there. */
export function addGitLabRoutes(app: Hono, deps: SandboxPagesDeps): void {
  app.get('/gitlab', (context) => showList(context, deps));
  app.get('/gitlab/*', (context) => show(context, deps));
  app.post('/gitlab/*', (context) => act(context, deps));
}

function placeOf({ req }: Context) {
  return readPlace(new URL(req.url).pathname.slice('/gitlab/'.length));
}

function show(context: Context, deps: SandboxPagesDeps): Response | Promise<Response> {
  const place = placeOf(context);
  switch (place?.kind) {
    case 'project':
      return showList(context, deps, place.project);
    case 'commit':
      return showCommit(context, place, deps);
    case 'merge-request':
      if (place.action === 'live') return followMergeRequest(context, place, deps);
      if (place.action === 'edit') return showEdit(context, place, deps);
      return showMergeRequest(context, place, deps);
    case undefined:
      return noSuchPage(context);
  }
}

async function showList(
  context: Context,
  { gitlab, clock, ended }: SandboxPagesDeps,
  path?: string,
): Promise<Response> {
  const read = async (): Promise<MergeRequestList> => {
    const [mergeRequests, projects, commits] = await Promise.all([
      gitlab.listMergeRequests(path),
      gitlab.listProjects(),
      path === undefined ? [] : gitlab.listCommits(path),
    ]);
    return { mergeRequests, projects, project: path === undefined ? undefined : { path, commits } };
  };
  if (context.req.query('live') !== undefined)
    return streamPart(context, { read, clock, ended, render: (list) => renderProjectsPart(list, clock.now()) });
  const list = await read();
  return context.html(renderProjectsPage({ ...list, stamp: stampOf(list) }, clock.now()));
}

async function readMergeRequest(place: Place, gitlab: GitLabPerson): Promise<MergeRequestView> {
  const [mergeRequest, approvals, diffs, discussions] = await Promise.all([
    gitlab.getMergeRequest(place),
    gitlab.getApprovals(place),
    gitlab.listDiffs(place),
    gitlab.listDiscussions(place),
  ]);
  const statuses = await gitlab.listStatuses(mergeRequest.project, mergeRequest.headSha);
  return { mergeRequest, approvals, diffs, discussions, statuses };
}

async function showMergeRequest(
  context: Context,
  place: Place,
  { gitlab, clock }: SandboxPagesDeps,
): Promise<Response> {
  const view = await readMergeRequest(place, gitlab);
  const notice = NOTICES[context.req.query('did') ?? ''];
  return context.html(renderMergeRequestPage({ ...view, stamp: stampOf(view), notice }, clock.now()));
}

function followMergeRequest(context: Context, place: Place, { gitlab, clock, ended }: SandboxPagesDeps): Response {
  return streamPart(context, {
    clock,
    ended,
    read: () => readMergeRequest(place, gitlab),
    render: (view) => renderMergeRequestPart(view, clock.now()),
  });
}

async function showCommit(
  context: Context,
  { project, sha }: { project: string; sha: string },
  { gitlab, clock }: SandboxPagesDeps,
): Promise<Response> {
  const [commit, diffs] = await Promise.all([gitlab.getCommit(project, sha), gitlab.listCommitDiffs(project, sha)]);
  return context.html(renderCommitPage({ project, commit, diffs }, clock.now()));
}

async function showEdit(context: Context, place: Place, { gitlab }: SandboxPagesDeps): Promise<Response> {
  const mergeRequest = await gitlab.getMergeRequest(place);
  const path = context.req.query('path');
  if (path === undefined)
    return context.html(
      renderFilesPage(mergeRequest, await gitlab.listFiles(place.project, mergeRequest.sourceBranch)),
    );
  const bytes = await gitlab.getFile(place.project, mergeRequest.sourceBranch, path);
  return context.html(renderEditPage(mergeRequest, path, bytes));
}

async function act(context: Context, { gitlab }: SandboxPagesDeps): Promise<Response> {
  const place = placeOf(context);
  const perform =
    place?.kind === 'merge-request' && Object.hasOwn(ACTIONS, place.action) ? ACTIONS[place.action] : undefined;
  if (place?.kind !== 'merge-request' || !perform) return noSuchPage(context);
  const back = addressOfMergeRequest(place);
  try {
    await perform(place, await readForm(context), gitlab);
    return context.redirect(`${back}?did=${place.action}`, 303);
  } catch (error) {
    if (!(error instanceof ApiRefusal)) throw error;
    return context.html(renderRefusedPage(error.message, back), 409);
  }
}

type Form = Readonly<Record<string, string>>;
type Action = (place: Place, form: Form, gitlab: GitLabPerson) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = {
  note: (place, { body = '', thread }, gitlab) =>
    thread === undefined ? gitlab.writeNote(place, body) : gitlab.startThread(place, body),
  reply: (place, { discussion = '', body = '' }, gitlab) => gitlab.reply(place, discussion, body),
  resolve: (place, { discussion = '', resolved = '' }, gitlab) => gitlab.resolve(place, discussion, resolved !== ''),
  apply: (_place, { suggestion = '' }, gitlab) => gitlab.applySuggestion(Number(suggestion)),
  ready: (place, _form, gitlab) => markAsReady(place, gitlab),
  approve: (place, _form, gitlab) => gitlab.approve(place),
  merge: (place, _form, gitlab) => gitlab.merge(place),
  edit: pushFile,
};

async function pushFile(place: Place, form: Form, gitlab: GitLabPerson): Promise<void> {
  const { path = '', content = '', message = '', isNew } = form;
  const { sourceBranch: branch } = await gitlab.getMergeRequest(place);
  const before = isNew === undefined ? readEditable(await gitlab.getFile(place.project, branch, path)) : '';
  if (before === undefined) throw new ApiRefusal(409, `${path} is no short text: change it in a clone`);
  const push = { branch, path, message, isNew: isNew !== undefined, content: withLineBreaksOf(before, content) };
  await gitlab.pushFile(place.project, push);
}

function noSuchPage(context: Context): Response | Promise<Response> {
  return context.html(renderProblemPage('GitLab of the sandbox has no such page.'), 404);
}

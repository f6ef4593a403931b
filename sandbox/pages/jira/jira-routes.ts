import type { Context, Hono } from 'hono';
import { renderProblemPage } from '../../../cli/commands/board/page/problem-page.ts';
import { ApiRefusal } from '../api/call-api.ts';
import type { JiraPerson } from '../api/jira-person.ts';
import type { Status } from '../api/jira-schemas.ts';
import type { SandboxPagesDeps } from '../api/pages-deps.ts';
import { readForm } from '../page/read-form.ts';
import { renderRefusedPage } from '../page/shell.ts';
import { stampOf, streamPart } from '../page/stream-part.ts';
import { addressOfIssue, type IssueView, renderIssuePage, renderIssuePart } from './issue-page.ts';
import { type JiraBoardView, renderJiraBoardPage, renderJiraBoardPart } from './jira-board-page.ts';

const NOTICES: Readonly<Record<string, string>> = {
  create: 'The issue is created. Hand it to the agent, or change it first.',
  move: 'The issue is moved. cmap looks for issues in their trigger every five seconds.',
  assign: 'The assignee is changed.',
  labels: 'The labels are changed.',
  comment: 'The comment is written.',
};

/** Jira of the sandbox: the board, an issue, and what a person does there. */
export function addJiraRoutes(app: Hono, deps: SandboxPagesDeps): void {
  app.get('/jira', (context) => showBoard(context, deps));
  app.post('/jira/issues', (context) => create(context, deps));
  app.get('/jira/browse/:key', (context) => showIssue(context, deps));
  app.get('/jira/browse/:key/live', (context) => followIssue(context, deps));
  app.post('/jira/browse/:key/:action', (context) => act(context, deps));
}

async function showBoard(context: Context, { jira, person, clock, ended }: SandboxPagesDeps): Promise<Response> {
  const wanted = context.req.query('project');
  const read = async (): Promise<JiraBoardView> => {
    const projects = await jira.listProjects();
    const project = projects.find((key) => key === wanted);
    const shown = project === undefined ? projects : [project];
    const [issues, statuses] = await Promise.all([
      jira.listIssues(shown),
      Promise.all(shown.map((key) => jira.listStatuses(key))),
    ]);
    return { projects, project, issues, statuses: joinStatuses(statuses) };
  };
  if (context.req.query('live') !== undefined)
    return streamPart(context, { read, clock, ended, render: renderJiraBoardPart });
  const view = await read();
  return context.html(renderJiraBoardPage({ ...view, person, stamp: stampOf(view) }));
}

/** Every status once, in the order of the first workflow that has it; categories in their order. */
export function joinStatuses(workflows: readonly (readonly Status[])[]): Status[] {
  const order = ['new', 'indeterminate', 'done'];
  const all = new Map(workflows.flat().map((status) => [status.name, status]));
  return [...all.values()].sort((a, b) => order.indexOf(a.category) - order.indexOf(b.category));
}

async function readIssue(key: string, jira: JiraPerson): Promise<IssueView> {
  const [issue, transitions, people, comments, changes, links] = await Promise.all([
    jira.getIssue(key),
    jira.listTransitions(key),
    jira.listAssignable(key),
    jira.listComments(key),
    jira.listChanges(key),
    jira.listLinks(key),
  ]);
  return { issue, transitions, people, comments, changes, links };
}

async function showIssue(context: Context, { jira, clock }: SandboxPagesDeps): Promise<Response> {
  const key = keyOf(context);
  // Jira's address of a comment names it in the query; a page finds it by its fragment.
  const comment = /^\d+$/.exec(context.req.query('focusedCommentId') ?? '')?.[0];
  if (comment !== undefined) return context.redirect(`${addressOfIssue(key)}#comment-${comment}`, 303);
  const view = await readIssue(key, jira);
  const notice = NOTICES[context.req.query('did') ?? ''];
  return context.html(renderIssuePage({ ...view, stamp: stampOf(view), notice }, clock.now()));
}

function followIssue(context: Context, { jira, clock, ended }: SandboxPagesDeps): Response {
  return streamPart(context, {
    clock,
    ended,
    read: () => readIssue(keyOf(context), jira),
    render: (view) => renderIssuePart(view, clock.now()),
  });
}

async function create(context: Context, { jira }: SandboxPagesDeps): Promise<Response> {
  const { project = '', summary = '', description = '' } = await readForm(context);
  try {
    const key = await jira.createIssue({ project, summary, description });
    return context.redirect(`${addressOfIssue(key)}?did=create`, 303);
  } catch (error) {
    return refuse(context, error, '/jira');
  }
}

async function act(context: Context, { jira }: SandboxPagesDeps): Promise<Response> {
  const key = keyOf(context);
  const action = context.req.param('action') ?? '';
  const perform = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (!perform) return context.html(renderProblemPage('Jira of the sandbox has no such page.'), 404);
  try {
    await perform(key, await readForm(context), jira);
    return context.redirect(`${addressOfIssue(key)}?did=${action}`, 303);
  } catch (error) {
    return refuse(context, error, addressOfIssue(key));
  }
}

type Action = (key: string, form: Readonly<Record<string, string>>, jira: JiraPerson) => Promise<void>;

const ACTIONS: Readonly<Record<string, Action>> = {
  move: (key, { transition = '' }, jira) => jira.move(key, transition),
  assign: (key, { account = '' }, jira) => jira.assign(key, account === '' ? undefined : account),
  labels: (key, { add, remove = '' }, jira) => jira.changeLabel(key, add === undefined ? { remove } : { add }),
  comment: (key, { body = '' }, jira) => jira.comment(key, body),
};

function keyOf({ req }: Context): string {
  return req.param('key') ?? '';
}

function refuse(context: Context, error: unknown, back: string): Response | Promise<Response> {
  if (!(error instanceof ApiRefusal)) throw error;
  return context.html(renderRefusedPage(error.message, back), 409);
}

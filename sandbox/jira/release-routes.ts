import * as z from 'zod';
import type { AdfNode } from '../../shared/adapters/jira/adf/adf.ts';
import type { Reply } from '../http/send-reply.ts';
import { type Call, ok, pageOf, type Route, type RouteDeps, refuse, withIssue } from './call.ts';
import { findAdfProblem } from './check-adf.ts';
import type { FakeState } from './fake-state.ts';
import type { StoredIssue, Version } from './model.ts';

/** What corrects a release: issue types of a project, new issues, changes of labels and fix versions. */
export const RELEASE_ROUTES: Route[] = [
  { endpoint: 'projects', method: 'GET', path: 'project/search', answer: listProjects },
  { endpoint: 'project', method: 'GET', path: 'project/:project', answer: getProject },
  { endpoint: 'issue-create', method: 'POST', path: 'issue', answer: createIssue, needs: 'CREATE_ISSUES' },
  { endpoint: 'issue-edit', method: 'PUT', path: 'issue/:key', answer: withIssue(editIssue), needs: 'EDIT_ISSUES' },
];

const TYPES = [
  { name: 'Epic', hierarchyLevel: 1 },
  { name: 'Story', hierarchyLevel: 0 },
  { name: 'Task', hierarchyLevel: 0 },
  { name: 'Bug', hierarchyLevel: 0 },
  { name: 'Sub-task', hierarchyLevel: -1 },
].map((type, index) => ({ id: String(index + 1), subtask: type.hierarchyLevel < 0, ...type }));

function listProjects({ query }: Call, { state }: RouteDeps): Reply {
  const { startAt, maxResults } = pageOf(query);
  const all = state.projectKeys;
  const values = all.slice(startAt, startAt + maxResults).map((key) => ({ id: key, key, name: key }));
  return ok({ startAt, maxResults, total: all.length, isLast: startAt + values.length >= all.length, values });
}

function getProject({ params }: Call, { state }: RouteDeps): Reply {
  const key = params['project'] ?? '';
  if (!state.hasProject(key)) return refuse(404, `No project could be found with key '${key}'.`);
  return ok({ id: key, key, name: key, issueTypes: TYPES });
}

const VersionId = z.strictObject({ id: z.string() });
const CreateBody = z.strictObject({
  fields: z.strictObject({
    project: z.strictObject({ key: z.string() }),
    issuetype: z.strictObject({ id: z.string() }),
    summary: z.string(),
    description: z.unknown().optional(),
    labels: z.array(z.string()).default([]),
    fixVersions: z.array(VersionId).default([]),
  }),
});

/** Refuses each wrong field with Jira's sentence under the name of the field. */
function createIssue({ body, user }: Call, { state }: RouteDeps): Reply {
  const parsed = CreateBody.safeParse(body);
  if (!parsed.success) return refuse(400, `Invalid request payload: ${parsed.error.issues[0]?.message}`);
  const { project, issuetype, summary, description, labels, fixVersions } = parsed.data.fields;
  const type = TYPES.find(({ id }) => id === issuetype.id);
  if (!state.hasProject(project.key)) return refuseFields({ project: 'valid project is required' });
  if (!type) return refuseFields({ issuetype: 'Specify a valid issue type' });
  const problems = {
    ...(summary.trim() === '' ? { summary: 'You must specify a summary of the issue.' } : {}),
    ...(summary.length > 255 ? { summary: 'Summary must be less than 255 characters.' } : {}),
    ...(/[\r\n]/.test(summary) ? { summary: 'The summary is invalid because it contains newline characters.' } : {}),
    ...(description !== undefined && findAdfProblem(description)
      ? { description: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' }
      : {}),
    ...problemsOfLabels(labels),
    ...problemsOfVersions(fixVersions, project.key, state),
  };
  if (Object.keys(problems).length > 0) return refuseFields(problems);
  const { id, key } = state.addIssue({
    projectKey: project.key,
    summary,
    // What passed the check is a document.
    description: (description ?? null) as AdfNode | null,
    assigneeId: null,
    reporterId: user.accountId,
    labels,
    type: type.name,
    fixVersions: fixVersions.map((version) => version.id),
  });
  return { status: 201, body: { id, key, self: '' } };
}

const LabelChange = z.union([z.strictObject({ add: z.string() }), z.strictObject({ remove: z.string() })]);
const EditBody = z.strictObject({
  update: z.strictObject({
    labels: z.array(LabelChange).optional(),
    fixVersions: z
      .array(z.union([z.strictObject({ add: VersionId }), z.strictObject({ remove: VersionId })]))
      .optional(),
  }),
});

function editIssue(issue: StoredIssue, { body, user }: Call, { state }: RouteDeps): Reply {
  const parsed = EditBody.safeParse(body);
  if (!parsed.success) return refuse(400, 'Only changes of labels and fix versions are understood here.');
  const { labels: changes = [], fixVersions = [] } = parsed.data.update;
  const versions = fixVersions.flatMap((change) => ('add' in change ? change.add : []));
  const taken = fixVersions.flatMap((change) => ('remove' in change ? change.remove : []));
  const problems = problemsOfVersions([...versions, ...taken], issue.projectKey, state);
  if (Object.keys(problems).length > 0) return refuseFields(problems);
  const labels = new Set(issue.labels);
  for (const change of changes) {
    if ('add' in change) labels.add(change.add);
    else labels.delete(change.remove);
  }
  if ([...labels].join(' ') !== issue.labels.join(' ')) state.setLabels(issue, [...labels], user.accountId);
  for (const { id } of versions) {
    const version = state.versions.get(id);
    if (version) state.addFixVersion(issue, version, user.accountId);
  }
  for (const { id } of taken) {
    const version = state.versions.get(id);
    if (version) state.removeFixVersion(issue, version, user.accountId);
  }
  return { status: 204 };
}

function problemsOfLabels(labels: readonly string[]): Record<string, string> {
  const odd = labels.find((label) => /\s/.test(label));
  return odd === undefined ? {} : { labels: `The label '${odd}' contains spaces which is invalid.` };
}

function problemsOfVersions(
  versions: readonly Pick<Version, 'id'>[],
  projectKey: string,
  state: FakeState,
): Record<string, string> {
  if (versions.length > 0 && state.absentFields.has('fixVersions'))
    return { fixVersions: "Field 'fixVersions' cannot be set. It is not on the appropriate screen, or unknown." };
  const odd = versions.find(({ id }) => state.versions.get(id)?.projectKey !== projectKey);
  return odd === undefined ? {} : { fixVersions: `Version with id '${odd.id}' does not exist.` };
}

function refuseFields(errors: Record<string, string>): Reply {
  return { status: 400, body: { errorMessages: [], errors } };
}

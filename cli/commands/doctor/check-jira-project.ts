import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { sameName } from '../../../shared/kernel/text/same-name.ts';
import { attempt, type Check, fail, ok } from './check.ts';
import { checkJiraPermissions } from './check-jira-permissions.ts';

type Asked = Pick<Jira, 'getProjectKey' | 'listStatuses' | 'findUserById' | 'listPermissions'>;

/**
 * Whether the Jira project is visible, has this key today, and knows every status and account that its binding and
 * routes name. `bindings` are all of one project.
 */
export async function checkJiraProject(bindings: readonly JiraBinding[], jira: Asked): Promise<Check[]> {
  const [binding] = bindings;
  if (!binding) return [];
  const { jiraProject } = binding;
  return attempt(jiraProject, async () => {
    const key = await jira.getProjectKey(jiraProject);
    if (!sameName(key, jiraProject))
      return [fail(jiraProject, `the key of the project was changed to ${key}: write jira_project: ${key}`)];
    const names = (await jira.listStatuses(jiraProject)).map(({ name }) => name);
    const missing = listStatusFields(binding).filter(([, wanted]) => !names.some((name) => sameName(name, wanted)));
    const accounts = await Promise.all(
      listAccountFields(bindings).map((field) => checkAccount(jiraProject, field, jira)),
    );
    const permissions = await checkJiraPermissions(binding, jira);
    const problems = missing.map(([field, wanted]) =>
      fail(jiraProject, `${field} ${JSON.stringify(wanted)} is no status of the project; it has ${names.join(', ')}`),
    );
    return [
      ...(problems.length > 0 ? problems : [ok(jiraProject, 'Jira project visible, all statuses exist')]),
      ...permissions,
      ...accounts,
    ];
  });
}

function listStatusFields({ trigger, statuses }: JiraBinding): [field: string, name: string][] {
  return [
    ...(trigger.kind === 'status' ? [['trigger status', trigger.status] as [string, string]] : []),
    ['statuses.in_progress', statuses.inProgress],
    ['statuses.in_review', statuses.inReview],
    ...(statuses.stopped === undefined ? [] : [['statuses.stopped', statuses.stopped] as [string, string]]),
    ...(statuses.needsAnswer === undefined
      ? []
      : [['statuses.needs_answer', statuses.needsAnswer] as [string, string]]),
    ...(statuses.done === 'off' ? [] : [['statuses.done', statuses.done] as [string, string]]),
  ];
}

/** Each account once: a route has the reviewer of its binding unless it names one. */
function listAccountFields(bindings: readonly JiraBinding[]): [field: string, accountId: string][] {
  const reviewers = bindings.flatMap(({ reviewer, route }): [string, string][] =>
    reviewer === undefined ? [] : [[reviewer, route ? `reviewer of the route ${route.name}` : 'reviewer']],
  );
  // Reversed, so that the first one to name it names the field.
  const byAccount = new Map(reviewers.toReversed());
  const trigger = bindings[0]?.trigger;
  return [
    ...[...byAccount].toReversed().map(([accountId, field]): [string, string] => [field, accountId]),
    ...(trigger?.kind === 'assignee' ? [['trigger assignee', trigger.accountId] as [string, string]] : []),
  ];
}

async function checkAccount(about: string, [field, accountId]: [string, string], jira: Asked): Promise<Check> {
  const user = await jira.findUserById(accountId);
  if (user) return ok(about, `${field} is ${user.displayName}`);
  return fail(
    about,
    `${field} ${JSON.stringify(accountId)} is no active account Jira shows: find it with \`cmap jira users NAME\``,
  );
}

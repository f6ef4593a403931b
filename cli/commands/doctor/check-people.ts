import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingLabel } from '../../../shared/domain/mapping/binding-key.ts';
import type { GitLab, Project } from '../../../shared/domain/ports/gitlab.ts';
import { type Check, fail, ok, warn } from './check.ts';

type Asked = Pick<GitLab, 'findUserByUsername' | 'getAccessLevel'>;

/** Whether GitLab knows everybody the binding's merge requests are for, and lets them see the repository. */
export function checkPeople(binding: Binding, project: Project, gitlab: Asked): Promise<Check[]> {
  const { assignee, reviewers } = binding.mergeRequest;
  const fields: [field: string, username: string][] = [
    ...(assignee === undefined ? [] : [['assignee', assignee] as [string, string]]),
    ...reviewers.map((username): [string, string] => ['reviewers', username]),
  ];
  return Promise.all(fields.map((field) => checkPerson(binding, field, project, gitlab)));
}

async function checkPerson(
  binding: Binding,
  [field, username]: [string, string],
  { id }: Project,
  gitlab: Asked,
): Promise<Check> {
  const about = bindingLabel(binding);
  const said = `merge_request.${field} ${JSON.stringify(username)}`;
  const user = await gitlab.findUserByUsername(username);
  if (!user) return fail(about, `${said} is not an active GitLab user: correct the username or remove it`);
  if ((await gitlab.getAccessLevel(id, user.id)) > 0) return ok(about, `${said} is ${user.name}`);
  return warn(about, `${said} is no member of ${binding.repo}: invite them, or GitLab may leave them out`);
}

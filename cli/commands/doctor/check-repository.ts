import { DEVELOPER, MAINTAINER, REPORTER } from '../../../shared/domain/accounts/project-roles.ts';
import { type Binding, hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import { bindingLabel } from '../../../shared/domain/mapping/binding-key.ts';
import { listBranchPrefixes } from '../../../shared/domain/mapping/branch-of-issue.ts';
import { hasVersion } from '../../../shared/domain/mapping/version-branch.ts';
import type { GitLab, GitLabUser, ProjectInspection } from '../../../shared/domain/ports/gitlab.ts';
import { REVIEW_STATUS } from '../../../shared/domain/review/plan-review-status.ts';
import { attempt, type Check, fail, ok, warn } from './check.ts';
import { checkPeople } from './check-people.ts';
import { checkPushRules } from './check-push-rules.ts';

type Asked = Pick<
  GitLab,
  'findProject' | 'getCurrentUser' | 'getAccessLevel' | 'findBranch' | 'findUserByUsername' | 'inspectProject'
>;

/** Whether the binding's own credential can do in its repository what a run does. */
export function checkRepository(binding: Binding, gitlab: Asked): Promise<Check[]> {
  const { repo, targetBranch } = binding;
  const about = bindingLabel(binding);
  return attempt(about, async () => {
    const project = await gitlab.findProject(repo);
    if (!project) {
      return [fail(about, `${repo} does not exist or its credential may not see it: check repo and credential_ref`)];
    }
    if (project.archived) return [fail(about, `${repo} is archived: unarchive it or remove the binding`)];
    if (project.emptyRepository) return [fail(about, `${repo} has no commit yet: push a first one`)];
    const user = await gitlab.getCurrentUser();
    if (!hasJiraProject(binding)) return checkForReviews(binding, project.id, user, gitlab);
    const [role, branch, people, seen] = await Promise.all([
      gitlab.getAccessLevel(project.id, user.id),
      hasVersion(targetBranch) ? undefined : gitlab.findBranch(project.id, targetBranch),
      checkPeople(binding, project, gitlab),
      gitlab.inspectProject(project.id),
    ]);
    return [
      role >= DEVELOPER
        ? ok(about, `${repo} is reachable for ${user.username} as ${nameRole(role)}`)
        : fail(about, `${user.username} is ${nameRole(role)} in ${repo}; ${describeNeed(binding)} Developer`),
      judgeBranch(about, targetBranch, branch),
      ...people,
      ...judgeReading(about, seen),
      ...judgePushRules(binding, seen),
    ];
  });
}

/** Without a Jira project nothing is pushed and no branch is asked for: it takes less to read, review and answer. */
async function checkForReviews(binding: Binding, projectId: number, user: GitLabUser, gitlab: Asked): Promise<Check[]> {
  const about = bindingLabel(binding);
  const { repo, review } = binding;
  const [role, seen] = await Promise.all([gitlab.getAccessLevel(projectId, user.id), gitlab.inspectProject(projectId)]);
  const needs = [
    ...(review.status === 'on' ? [`setting the status ${REVIEW_STATUS}`] : []),
    ...(review.resolution === 'resolve' ? ['resolving its threads'] : []),
  ];
  const [least, name] = needs.length > 0 ? [DEVELOPER, 'Developer'] : [REPORTER, 'Reporter'];
  const why = needs.length > 0 ? needs.join(' and ') : 'reading the repository and writing notes';
  return [
    role >= least
      ? ok(about, `${repo} is reachable for ${user.username} as ${nameRole(role)}; reviews and answers only`)
      : fail(about, `${user.username} is ${nameRole(role)} in ${repo}; ${why} needs ${name}`),
    ...judgeReading(about, seen),
  ];
}

function describeNeed(binding: Binding): string {
  const { review } = binding;
  const prefixes = listBranchPrefixes(binding).map((prefix) => `${prefix}*`);
  const push = `pushing ${prefixes.join(', ')}`;
  return review.status === 'on' ? `${push} and setting the status ${REVIEW_STATUS} need` : `${push} needs`;
}

function judgeBranch(about: string, name: string, branch: Awaited<ReturnType<Asked['findBranch']>>): Check {
  if (hasVersion(name)) return ok(about, `target branch ${name} is named after the fix version of an issue`);
  if (!branch) return fail(about, `target branch ${name} does not exist: create it or correct target_branch`);
  if (branch.isProtected) return ok(about, `target branch ${name} exists and is protected`);
  return warn(
    about,
    `target branch ${name} is not protected: protect it, so that changes come through merge requests only`,
  );
}

function judgeReading(about: string, { members, approvals }: ProjectInspection): Check[] {
  const hidden = [
    ...(members === 'refused' ? ['members, so commands of people are refused as if they were no members'] : []),
    ...(approvals === 'refused' ? ['approvals, so the issue is not told who approved'] : []),
  ];
  return hidden.map((what) => warn(about, `GitLab does not show ${what}: give the credential the role Developer`));
}

function judgePushRules(binding: Binding, { pushRules }: ProjectInspection): Check[] {
  if (pushRules === 'none') return [];
  if (pushRules !== 'refused') return checkPushRules(binding, pushRules);
  return [ok(bindingLabel(binding), 'push rules are not shown to this credential, so they were not looked at')];
}

const ROLES: readonly (readonly [number, string])[] = [
  [50, 'Owner'],
  [MAINTAINER, 'Maintainer'],
  [DEVELOPER, 'Developer'],
  [REPORTER, 'Reporter'],
  [10, 'Guest'],
];

function nameRole(level: number): string {
  return ROLES.find(([least]) => level >= least)?.[1] ?? 'no member';
}

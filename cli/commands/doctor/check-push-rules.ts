import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { PushRules } from '../../../shared/domain/ports/gitlab.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** What the push rules of a repository would do to the branch and the commits of an issue. */
export function checkPushRules(binding: Binding, rules: PushRules): Check[] {
  const { jiraProject, branchPrefix, commit } = binding;
  const about = bindingKey(binding);
  const branch = `${branchPrefix}${jiraProject}-1`;
  const subject = commit.subject
    .replaceAll('{key}', `${jiraProject}-1`)
    .replaceAll('{summary}', 'Summary of the issue');
  const message = `${subject}\n\nCmap-Run: run-1a2b3c4d5e6f\nCmap-Agent: cmap`;
  const refused = (what: string, mend: string) =>
    fail(about, `push rules would refuse ${what}: ${mend}, or exempt ${branchPrefix}* from the rule`);
  const checks = [
    rules.commitMessage !== undefined && !fits(rules.commitMessage, message)
      ? refused(`the commit message "${subject}"`, `set commit.subject so that ${rules.commitMessage} accepts it`)
      : undefined,
    rules.notCommitMessage !== undefined && fits(rules.notCommitMessage, message) === true
      ? refused(`the commit message "${subject}"`, `set commit.subject so that ${rules.notCommitMessage} does not`)
      : undefined,
    rules.branchName !== undefined && !fits(rules.branchName, branch)
      ? refused(`the branch ${branch}`, `set branch_prefix so that ${rules.branchName} accepts it`)
      : undefined,
    rules.signedOnly ? refused('unsigned commits, and the agent signs none', 'switch the rule off') : undefined,
    rules.signedOffOnly && !commit.signOff
      ? refused('commits without Signed-off-by', 'set commit.sign_off in the binding')
      : undefined,
    rules.authorEmail === undefined
      ? undefined
      : warn(about, `push rules want authors like ${rules.authorEmail}: GIT_AUTHOR_EMAIL of the runner must fit`),
    rules.membersOnly || rules.ownCommitsOnly
      ? warn(
          about,
          'push rules take only commits of GitLab users: GIT_AUTHOR_EMAIL of the runner must be a verified address of the account behind the credential',
        )
      : undefined,
  ].filter((check) => check !== undefined);
  return checks.length > 0 ? checks : [ok(about, 'push rules let the agent push')];
}

/** GitLab's expressions are RE2; one that JavaScript cannot read is taken to fit, so that no good rule is blamed. */
function fits(expression: string, text: string): boolean {
  try {
    return new RegExp(expression, 'm').test(text);
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingLabel } from '../../../shared/domain/mapping/binding-key.ts';
import {
  keptBranchOf,
  listBranchesOfIssue,
  listBranchPrefixes,
} from '../../../shared/domain/mapping/branch-of-issue.ts';
import { listWords, TYPE } from '../../../shared/domain/mapping/type-words.ts';
import type { PushRules } from '../../../shared/domain/ports/gitlab.ts';
import { type Check, fail, ok, warn } from './check.ts';

/** What the push rules of a repository would do to the branch and the commits of an issue, and to its refused work. */
export function checkPushRules(binding: Binding, rules: PushRules): Check[] {
  const { jiraProject, commit } = binding;
  const about = bindingLabel(binding);
  const exempt = listBranchPrefixes(binding)
    .map((prefix) => `${prefix}*`)
    .join(', ');
  const refused = (what: string, mend: string) =>
    fail(about, `push rules would refuse ${what}: ${mend}, or exempt ${exempt} from the rule`);
  const { commitMessage, notCommitMessage, branchName } = rules;
  const subjects = listSubjects(binding);
  const unwanted = subjects.find((subject) => commitMessage !== undefined && !fits(commitMessage, toMessage(subject)));
  const forbidden = subjects.find(
    (subject) => notCommitMessage !== undefined && fits(notCommitMessage, toMessage(subject)),
  );
  const isRefused = (name: string) => branchName !== undefined && !fits(branchName, name);
  const branches = listBranchesOfIssue(binding, `${jiraProject}-1`);
  const branch = branches.find(isRefused);
  const kept = keepsOnBranch(binding) && !branch ? branches.map(keptBranchOf).find(isRefused) : undefined;
  const checks = [
    unwanted === undefined
      ? undefined
      : refused(`the commit message "${unwanted}"`, `set commit.subject so that ${commitMessage} accepts it`),
    forbidden === undefined
      ? undefined
      : refused(`the commit message "${forbidden}"`, `set commit.subject so that ${notCommitMessage} does not`),
    branch === undefined
      ? undefined
      : refused(`the branch ${branch}`, `set branch_prefix so that ${branchName} accepts it`),
    kept === undefined
      ? undefined
      : warn(
          about,
          `push rules would refuse the branch ${kept}, so refused work is attached to the ticket as a patch: let ${branchName} accept it too, or exempt ${exempt} from the rule`,
        ),
    rules.signedOnly && commit.signingKeyRef === undefined
      ? refused('unsigned commits', 'set commit.signing_key_ref in the binding')
      : undefined,
    rules.signedOnly && commit.signingKeyRef !== undefined
      ? warn(
          about,
          `push rules want signed commits: the public key of ${commit.signingKeyRef} must be a signing key of the account behind the credential`,
        )
      : undefined,
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

/** Whether refused work is pushed, where its kind allows that. */
function keepsOnBranch({ refusedWork, mode }: Binding): boolean {
  return refusedWork === 'branch' && mode === 'live';
}

/** One for each word of a type. */
function listSubjects({ jiraProject, commit, typeWords }: Binding): string[] {
  const words = commit.subject.includes(TYPE) ? listWords(typeWords) : [''];
  return words.map((word) =>
    commit.subject
      .replaceAll('{key}', `${jiraProject}-1`)
      .replaceAll('{summary}', 'Summary of the issue')
      .replaceAll(TYPE, word),
  );
}

function toMessage(subject: string): string {
  return `${subject}\n\nCmap-Run: run-1a2b3c4d5e6f\nCmap-Agent: cmap`;
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

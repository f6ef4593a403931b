import type { ErrorCode } from '../../shared/kernel/errors.ts';

/**
 * What GitLab's sentence about a refused push is about: of its push rules (`ee/lib/ee/gitlab/checks/push_rules`,
 * `diff_check.rb`), its limits of sizes, Git LFS and secret push protection. They are prose only, and some were worded
 * otherwise in older releases. `undefined` for any other.
 */
export function findPushRule(said: string): ErrorCode | undefined {
  return RULES.find(({ says }) => says.test(said))?.code;
}

/** Where a sentence repeats a name or a pattern that people chose, only its begin is looked at. */
const RULES: readonly { says: RegExp; code: ErrorCode }[] = [
  { says: /^(?:GitLab: )?Branch name .*does not follow the pattern/im, code: 'branch-name-refused' },
  { says: /^(?:GitLab: )?File name .* was (?:prohibited|blacklisted) by the pattern/im, code: 'file-name-refused' },
  {
    says: /^(?:GitLab: )?(?:File ".*"|Changes include a file that) is larger than the allowed size/im,
    code: 'file-size-refused',
  },
  {
    says: /^(?:GitLab: )?Commit message (?:does not follow|contains the forbidden|.*pattern)/im,
    code: 'commit-message-refused',
  },
  { says: /^(?:GitLab: )?PUSH BLOCKED: Secrets detected/im, code: 'secret-refused' },
  { says: /LFS objects are missing/i, code: 'lfs-refused' },
  { says: /this repository has exceeded its size limit/i, code: 'repository-full' },
  {
    says: /(?:comm?itter|author)\S* (?:email|name|'.*')|is not a member of team|verified email|unverified|cannot push commits for|git username is inconsistent/i,
    code: 'commit-author-refused',
  },
  { says: /DCO|sign(?:ed)?[- ]off/i, code: 'commit-sign-off-missing' },
  { says: /must be signed|not signed|signed commit|unsigned/i, code: 'commit-signature-missing' },
];

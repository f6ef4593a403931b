import { expect, it } from 'vitest';

import { findPushRule } from './find-push-rule.ts';

it.each([
  // As GitLab writes them: ee/lib/ee/gitlab/checks/push_rules/{branch,commit,file_size}_check.rb, ee/.../diff_check.rb.
  { says: 'Commit must be signed with a GPG key', code: 'commit-signature-missing' },
  { says: 'Commit must be signed', code: 'commit-signature-missing' },
  { says: "Commit message does not follow the pattern '^(feat|fix): .+'", code: 'commit-message-refused' },
  { says: "Commit message contains the forbidden pattern 'DCO'", code: 'commit-message-refused' },
  { says: 'Commit message must contain a DCO signoff', code: 'commit-sign-off-missing' },
  { says: "Author's email 'a@example.com' does not follow the pattern '@acme'", code: 'commit-author-refused' },
  { says: "Committer's email 'a@example.com' does not follow the pattern 'DCO'", code: 'commit-author-refused' },
  { says: "Author 'a@example.com' is not a member of team", code: 'commit-author-refused' },
  { says: "Committer 'a@example.com' is not a member of team", code: 'commit-author-refused' },
  { says: "Committer email 'a@example.com' is not verified.", code: 'commit-author-refused' },
  { says: "Comitter email 'a@example.com' is not verified.", code: 'commit-author-refused' },
  { says: 'Your git username is inconsistent with GitLab account name', code: 'commit-author-refused' },
  {
    says: "You cannot push commits for 'a@example.com'. You can only push commits if the committer email is one of your own verified emails.",
    code: 'commit-author-refused',
  },
  { says: "Branch name does not follow the pattern '^(author name|unsigned)/'", code: 'branch-name-refused' },
  { says: "Branch name 'agent/P-1' does not follow the pattern '^x'", code: 'branch-name-refused' },
  { says: 'File name unsigned.pem was prohibited by the pattern "\\.pem$".', code: 'file-name-refused' },
  { says: 'File name DCO.pem was blacklisted by the pattern \\.pem$.', code: 'file-name-refused' },
  {
    says: 'File "big.bin" is larger than the allowed size of 5 MiB. Use Git LFS to manage this file.',
    code: 'file-size-refused',
  },
  { says: 'File "big.bin" is larger than the allowed size of 1 MB', code: 'file-size-refused' },
  {
    says: 'Changes include a file that is larger than the allowed size of 100 MiB. Use Git LFS to manage this file.)',
    code: 'file-size-refused',
  },
  {
    says: 'LFS objects are missing. Ensure LFS is properly set up or try a manual "git lfs push --all".',
    code: 'lfs-refused',
  },
  {
    says: 'Your push has been rejected, because this repository has exceeded its size limit of 10 GiB by 1 MiB.',
    code: 'repository-full',
  },
  { says: 'You are not allowed to push code to protected branches on this project.', code: undefined },
])('GitLab says "$says"', ({ says, code }) => {
  expect(findPushRule(`GitLab: ${says}`)).toBe(code);
});

it('knows secret push protection, which says its sentence on a line of its own', () => {
  const said =
    'GitLab:\nPUSH BLOCKED: Secrets detected in code changes\n-- author name.txt:2 GitLab Personal Access Token';
  expect(findPushRule(said)).toBe('secret-refused');
});

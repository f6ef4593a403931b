import { isObject } from '../../../kernel/is-object.ts';
import { CREDENTIAL_REF } from '../credential-names.ts';
import { JIRA_PROJECT_KEY } from './field-types.ts';
import { looksLikeToken } from './looks-like-token.ts';
import { repoFromUrl } from './repo-from-url.ts';

/** Whether a binding is written in the form that named a project id and a clone address. */
export function isOldForm(binding: unknown): binding is Record<string, unknown> {
  return isObject(binding) && (Object.hasOwn(binding, 'gitlab_project_id') || Object.hasOwn(binding, 'clone_url'));
}

/** Refuses the old form with the lines to write instead. */
export function describeOldForm(binding: Record<string, unknown>, jiraProject: unknown): string {
  const written = safe(jiraProject) ?? '';
  const key = JIRA_PROJECT_KEY.test(written) ? written : 'PROJ';
  const address = String(binding['clone_url']).replace(/:\/\/[^/]*@/, '://');
  const repo = safe(binding['repo']) ?? safe(repoFromUrl(safe(address) ?? ''));
  const branch = safe(binding['target_branch']);
  const credentialRef = safe(binding['credential_ref']);
  return [
    'gitlab_project_id and clone_url are no longer used; write this instead:',
    '  bindings:',
    `    - jira_project: ${key}`,
    `      repo: ${repo ?? 'group/repository  # the path GitLab shows in the address of the repository'}`,
    ...(branch && branch !== 'main' ? [`      target_branch: ${branch}`] : []),
    ...(credentialRef && CREDENTIAL_REF.test(credentialRef) ? [`      credential_ref: ${credentialRef}`] : []),
  ].join('\n');
}

function safe(value: unknown): string | undefined {
  return typeof value === 'string' && !looksLikeToken(value) && /^[\w./:@-]{1,512}$/.test(value) ? value : undefined;
}

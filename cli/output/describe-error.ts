import { isSignInFailure } from '../../shared/adapters/identity/sign-in-failure.ts';
import { describeError, type TaskError } from '../../shared/kernel/errors.ts';
import { endSentence } from './end-sentence.ts';

/**
 * One line for a person at a terminal: what happened, the detail, and what to do. Nothing is tried again by itself
 * here.
 */
export function describeFailure({ code, detail, cause }: Pick<TaskError, 'code' | 'detail' | 'cause'>): string {
  const { sentence, next, retry } = describeError(code);
  const hint = isSignInFailure(cause) ? SIGN_IN : (HINTS[code] ?? (retry ? 'Try again in a moment.' : next));
  return [sentence, detail && endSentence(detail), hint].filter(Boolean).join(' ');
}

const SIGN_IN = 'Run `az login`, then try again.';

const HINTS: Partial<Record<TaskError['code'], string>> = {
  'storage-unavailable': 'Check AzureWebJobsStorage and whether this machine may reach the storage account.',
  'gitlab-unavailable': 'Check GITLAB_URL and whether this machine may reach it.',
  'jira-unavailable': 'Check JIRA_URL and whether this machine may reach it.',
  'key-vault-unavailable': 'Check KEY_VAULT_URI and whether this machine may reach it.',
};

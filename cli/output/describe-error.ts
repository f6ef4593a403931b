import { describeError, type TaskError } from '../../shared/kernel/errors.ts';

/**
 * One line for a person at a terminal: what happened, the detail, and what to do. Nothing is tried again by itself
 * here.
 */
export function describeFailure({ code, detail }: Pick<TaskError, 'code' | 'detail'>): string {
  const { sentence, next, retry } = describeError(code);
  const hint = HINTS[code] ?? (retry ? 'Try again in a moment.' : next);
  return [sentence, detail && endSentence(detail), hint].filter(Boolean).join(' ');
}

const HINTS: Partial<Record<TaskError['code'], string>> = {
  'storage-unavailable': 'Check AzureWebJobsStorage and whether this machine may reach the storage account.',
  'gitlab-unavailable': 'Check GITLAB_URL and whether this machine may reach it.',
  'jira-unavailable': 'Check JIRA_URL and whether this machine may reach it.',
  'key-vault-unavailable': 'Check KEY_VAULT_URI and whether this machine may reach it.',
};

function endSentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

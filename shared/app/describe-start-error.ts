import { describeError, TaskError } from '../kernel/errors.ts';

const CHECK: Partial<Record<TaskError['code'], string>> = {
  'storage-unavailable': 'Check AzureWebJobsStorage and that the account can be reached from here.',
  'storage-refused': 'Check AzureWebJobsStorage and the roles of the identity on the storage account.',
};

/** Why a program could not start, for the reader of its output: one sentence, what to check, never a value. */
export function describeStartError(error: unknown): string {
  if (!(error instanceof TaskError)) return error instanceof Error ? error.message : String(error);
  const { sentence } = describeError(error.code);
  const advice = CHECK[error.code] ?? error.detail;
  return [sentence, advice, `(${error.code})`].filter((part) => part !== undefined).join(' ');
}

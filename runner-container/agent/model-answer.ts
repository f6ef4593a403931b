import type { ErrorCode } from '../../shared/kernel/errors.ts';

/** What a status of the model endpoint means for the session. */
export type ModelAnswer = { kind: 'usable' } | { kind: 'failed'; code: ErrorCode; retry: boolean };

/** Sorts an answer by its status only; what the endpoint writes about it is not ours to interpret. */
export function judgeModelStatus(status: number): ModelAnswer {
  if (status >= 200 && status < 300) return { kind: 'usable' };
  if (status === 401 || status === 403) return { kind: 'failed', code: 'model-unauthorized', retry: false };
  if (status === 408 || status === 429 || status >= 500)
    return { kind: 'failed', code: 'model-unavailable', retry: true };
  return { kind: 'failed', code: 'model-refused', retry: false };
}

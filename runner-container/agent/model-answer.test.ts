import { expect, it } from 'vitest';

import { judgeModelStatus } from './model-answer.ts';

it.each([
  { status: 200, judgement: { kind: 'usable' } },
  { status: 302, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 400, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 401, judgement: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 402, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 403, judgement: { kind: 'failed', code: 'model-unauthorized', retry: false } },
  { status: 404, judgement: { kind: 'failed', code: 'model-refused', retry: false } },
  { status: 408, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 429, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 500, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
  { status: 503, judgement: { kind: 'failed', code: 'model-unavailable', retry: true } },
])('HTTP $status is $judgement', ({ status, judgement }) => {
  expect(judgeModelStatus(status)).toEqual(judgement);
});

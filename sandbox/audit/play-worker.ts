import { makeChange, type ReleaseParts } from './make-change.ts';

export const WORKER = 'platform/worker';

/** A project that fast-forwards: a subtask, a change without pipeline, and a push past the process. */
export async function playWorker(parts: ReleaseParts): Promise<void> {
  const { gitlab, clock } = parts;
  await gitlab.as('carol').tag(WORKER, 'v2.3.0', 'main');
  await makeChange(parts, {
    path: WORKER,
    branch: 'SHOP-11-queue',
    title: 'SHOP-11: Move mails to a queue',
    messages: ['SHOP-11: Add the queue', 'SHOP-11: Send mails through it'],
  });
  clock.advance(10);
  await gitlab.as('carol').push(WORKER, {
    branch: 'main',
    files: { 'config/limits.json': '{"parallel": 4}\n' },
    message: 'Raise the number of parallel mails',
  });
  await makeChange(parts, {
    path: WORKER,
    branch: 'SHOP-12-retry',
    title: 'SHOP-12: Send again after an hour',
    branchPipeline: null,
    targetPipeline: null,
  });
  clock.set('2026-11-20T10:00:00Z');
  gitlab.as('carol').deploy(WORKER, { environment: 'production', ref: 'main' });
}

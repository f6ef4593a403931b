import { expect, it } from 'vitest';
import { silentLog } from '../../shared/kernel/log.ts';
import { aRunContext } from '../../test/builders/run-context.ts';
import { aCodingTask } from '../../test/builders/tasks.ts';
import { perform } from './perform.ts';
import type { RunnerDeps } from './run/runner-deps.ts';

it('gives up a coding task where Jira is not configured, with its own name', async () => {
  const deps = { log: silentLog, settings: {} } as unknown as RunnerDeps; // nothing else is reached
  const outcome = await perform(aRunContext(aCodingTask()), deps, new AbortController().signal);
  expect(outcome).toEqual({ kind: 'give-up', code: 'jira-unauthorized', detail: 'JIRA_URL is not configured' });
});

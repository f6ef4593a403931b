import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { Child } from '../../sandbox/job/child.ts';
import { waitUntil } from '../wait-until.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

/**
 * A short lease, so that the next runner need not wait two and a half minutes; long enough for a busy machine to renew
 * it.
 */
const SHORT_LEASE = { RUNNER_LEASE_SECONDS: '20' };

describe('a runner killed with SIGKILL the moment a stage is durable', () => {
  let environment: Environment;
  /** Run id -> pid of the runner that works on it. */
  const workers = new Map<string, number>();
  const kills: { runId: string; stage: string }[] = [];
  let victim: { issueKey: string; stage: string } | undefined;

  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      maxRunners: 1,
      pollingIntervalMs: 1000,
      runnerEnv: SHORT_LEASE,
      onLog(line, { program, pid }) {
        if (program !== 'runner' || !line.includes('"event":"run begun"')) return;
        workers.set((JSON.parse(line) as { runId: string }).runId, pid);
      },
    });
    environment.proxy.onTableInsert(async (table, entity) => {
      const runId = String(entity['PartitionKey'] ?? '');
      if (!table.endsWith('runevents') || !victim || entity['name'] !== victim.stage) return;
      const { stage } = victim;
      victim = undefined;
      await waitUntil('the runner is known', () => [...workers.keys()].some((known) => runId.includes(known)));
      const [worker] = [...workers].filter(([known]) => runId.includes(known)).map(([, pid]) => pid);
      const runner = environment.jobs.running().find(({ pid }: Child) => pid === worker);
      runner?.kill('SIGKILL');
      await runner?.exited;
      kills.push({ runId, stage });
    });
  });
  afterAll(() => environment.close());

  it.each(['cloned', 'agent-finished', 'pushing', 'pushed', 'merge-request-open', 'reported'])(
    'after "%s": the next runner finishes, and nothing is there twice',
    async (stage) => {
      const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
      victim = { issueKey: key, stage };

      await environment.fire('poll-jira');
      await environment.settle();

      expect(kills.at(-1)?.stage).toBe(stage);
      const [run, ...others] = await environment.storage.ledger.listRecent(`issue~${key}`, 10);
      expect(others).toEqual([]);
      expect(run).toMatchObject({ state: 'done', attempt: 2, result: { what: 'merge-request' } });
      const commits = await environment.gitlab.log('group/service-a', `agent/${key}`);
      expect(commits.filter(({ body }) => body.includes(`Cmap-Run: ${run?.runId}`))).toHaveLength(1);
      expect(
        environment.gitlab
          .project('group/service-a')
          .mergeRequests.filter(({ sourceBranch }) => sourceBranch === `agent/${key}`),
      ).toHaveLength(1);
      expect(reportsOn(environment, key)).toEqual([expect.stringContaining('was opened as a draft')]);
      expect(environment.jira.issue(key).status.name).toBe('In Review');
    },
  );
});

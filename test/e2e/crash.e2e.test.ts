import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import type { Child } from '../../sandbox/job/child.ts';
import { waitUntil } from '../wait-until.ts';
import { SHORT_LEASE } from './short-lease.ts';
import { createTriggeredIssue, reportsOn, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const STAGES = ['cloned', 'agent-finished', 'pushing', 'pushed', 'merge-request-open', 'reported'] as const;

describe('a runner killed with SIGKILL the moment a stage is durable', () => {
  let environment: Environment;
  /** One ticket for each stage; all are killed before the first lease ends, so that one wait is enough for all. */
  const keys = new Map<string, string>();
  /** Of each scope, the run and the pid of the runner that works on it. */
  const workers = new Map<string, { runId: string; pid: number }>();
  const kills: { key: string; stage: string }[] = [];

  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      maxRunners: 1,
      pollingIntervalMs: 1000,
      runnerEnv: SHORT_LEASE,
      onLog(line, { program, pid }) {
        if (program !== 'runner' || !line.includes('"event":"run begun"')) return;
        const { runId, scope } = JSON.parse(line) as { runId: string; scope: string };
        workers.set(scope, { runId, pid });
      },
    });
    const pending = new Map<string, string>();
    environment.proxy.onTableInsert(async (table, entity) => {
      if (!table.endsWith('runevents') || !STAGES.some((stage) => stage === entity['name'])) return;
      const partition = String(entity['PartitionKey'] ?? '');
      const find = () => [...workers].find(([, { runId }]) => partition.includes(runId));
      await waitUntil('the runner is known', () => find() !== undefined);
      const [scope = '', worker] = find() ?? [];
      const key = scope.replace('issue~', '');
      if (pending.get(key) !== entity['name']) return;
      pending.delete(key);
      const runner = environment.jobs.running().find(({ pid }: Child) => pid === worker?.pid);
      runner?.kill('SIGKILL');
      await runner?.exited;
      kills.push({ key, stage: String(entity['name']) });
    });
    for (const stage of STAGES) {
      const key = createTriggeredIssue(environment, 'PROJ', 'edit-and-submit');
      keys.set(stage, key);
      pending.set(key, stage);
    }
    await environment.fire('poll-jira');
    await environment.settle();
  });
  afterAll(() => environment.close());

  it.each(STAGES)('after "%s": the next runner finishes, and nothing is there twice', async (stage) => {
    const key = keys.get(stage) ?? '';

    expect(kills.filter((kill) => kill.key === key)).toEqual([{ key, stage }]);
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
  });
});

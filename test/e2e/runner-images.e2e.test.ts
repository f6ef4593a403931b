import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { HOUR } from '../../shared/kernel/clock.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap } from './cmap.ts';
import { reloadMap } from './reload-map.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';

const PROJ = { repo: 'group/service-a', image: 'python' };
const OPS = { repo: 'group/platform-tools', target_branch: 'develop', credential_ref: 'platform_team' };

describe('a deployment with runners of two images', () => {
  let environment: Environment;
  let source: string;
  let directory: string;
  const writeMap = (mappings: object) => writeFile(source, JSON.stringify({ mappings }));
  const readHealth = async () => {
    const url = `${environment.functions[0]?.url}/api/health`;
    const response = await fetch(url, { headers: { 'x-cmap-admin-secret': CANARIES.adminSecret } });
    return (await response.json()) as Record<string, unknown>;
  };
  const admit = async (project: string) => {
    const key = createTriggeredIssue(environment, project, 'edit-and-submit');
    await environment.fire('poll-jira');
    const [run] = await environment.storage.ledger.listRecent(`issue~${key}`, 1);
    return run?.runId ?? '';
  };
  const stateOf = async (runId: string) => (await environment.storage.ledger.get(runId)).state;
  const isIdle = async () => environment.jobs.running().length === 0;
  /** One look of the scaler, and the end of the runners it started. */
  const drain = async () => {
    await environment.jobs.poll();
    await waitUntil('all runners have ended', isIdle);
  };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'cmap-images-'));
    source = path.join(directory, 'map.json');
    await writeMap({ PROJ, OPS });
    const env = { JIRA_PROJECT_MAP: '', JIRA_PROJECT_MAP_SOURCE: source };
    environment = await startTwoTeamsEnvironment({
      functionsEnv: env,
      runnerEnv: { ...env, RUNNER_IDLE_SECONDS: '0' },
      runnerImages: ['python'],
      pollingIntervalMs: HOUR,
    });
  });
  afterAll(async () => {
    await environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('has each ticket worked on by the runners of its image, and by no others', async () => {
    const [proj, ops] = [await admit('PROJ'), await admit('OPS')];
    expect(await readHealth()).toMatchObject({
      queue: {
        count: 2,
        byImage: [
          { image: 'default', count: 1 },
          { image: 'python', count: 1 },
        ],
      },
    });
    await environment.startRunner().exited;
    expect([await stateOf(proj), await stateOf(ops)]).toEqual(['queued', 'done']);
    await environment.startRunner('python').exited;
    expect(await stateOf(proj)).toBe('done');
    expect(environment.logs.filter((line) => line.includes('run is for another image'))).toEqual([]);
  });

  it('moves a task that waits while the map gives its binding another image, as a first attempt', async () => {
    const runId = await admit('OPS');
    await writeMap({ PROJ, OPS: { ...OPS, image: 'python' } });
    const { body } = await reloadMap(environment.functions[0]);
    expect(body).toMatchObject({ changed: [{ jiraProject: 'OPS', fields: ['image'] }] });
    await environment.startRunner().exited;
    expect(await environment.storage.ledger.get(runId)).toMatchObject({ state: 'queued', attempt: 0 });
    await drain();
    expect(await environment.storage.ledger.get(runId)).toMatchObject({ state: 'done', attempt: 1 });
    expect(environment.logs.filter((line) => line.includes('run is for another image'))).toHaveLength(1);
  });

  it('quarantines a binding whose image no runner has, warns of it at the reload, and goes on with the others', async () => {
    await writeMap({ PROJ, OPS: { ...OPS, image: 'rust' } });
    const { body } = await reloadMap(environment.functions[0]);
    expect(body).toMatchObject({
      warnings: [{ where: 'mappings.OPS.image', message: expect.stringContaining('add rust to runner_images') }],
    });
    const quarantine = expect.objectContaining({ reason: 'image-unknown' });
    expect(await readHealth()).toMatchObject({
      status: 'degraded',
      bindings: [
        { jiraProject: 'PROJ', state: 'ready' },
        { jiraProject: 'OPS', state: 'quarantined', quarantine },
      ],
    });
    const runId = await admit('PROJ');
    await drain();
    expect(await stateOf(runId)).toBe('done');
  });

  it('shows the way to the runners of each to `cmap smoke`', async () => {
    const smoking = cmap(['smoke', '--json'], environment.operatorEnv);
    await waitUntil(
      'both tasks are on their queues',
      async () => (await environment.storage.queue.getDepth()).count === 2,
    );
    await drain();
    const { code, stdout } = await smoking;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      images: [
        { image: 'default', state: 'done' },
        { image: 'python', state: 'done' },
      ],
    });
  });
});

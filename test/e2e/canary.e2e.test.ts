import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Environment } from '../../sandbox/environment/start-environment.ts';
import { dumpStorage } from '../../sandbox/storage/dump-storage.ts';
import { listSecretForms } from '../../shared/kernel/redaction/secret-forms.ts';
import { explainSkip, isRootOnLinux } from '../explain-skip.ts';
import { waitUntil } from '../wait-until.ts';
import { CANARIES, createTriggeredIssue, startTwoTeamsEnvironment } from './two-teams-environment.ts';
import { type ProcessWatch, watchProcesses } from './watch-processes.ts';

describe('a canary in every credential', () => {
  let environment: Environment;
  let watch: ProcessWatch | undefined;

  beforeAll(async () => {
    environment = await startTwoTeamsEnvironment({
      runnerEnv: { LOG_LEVEL: 'debug' },
      functionsEnv: { LOG_LEVEL: 'debug' },
    });
    if (process.platform === 'linux') watch = watchProcesses();
    for (const scenario of ['edit-and-submit', 'prints-environment', 'reads-the-runner']) {
      createTriggeredIssue(environment, 'PROJ', scenario);
      createTriggeredIssue(environment, 'OPS', scenario);
    }
    // A failure on each side too: errors are where secrets like to come out.
    environment.gitlab.failNext({ match: 'POST /api/v4/projects', times: 2, status: 500, body: 'oops' });
    environment.jira.failNext({ match: { endpoint: 'search' }, status: 500 });
    await environment.fire('poll-jira');
    await environment.storage.pollers.put('jira', { failures: 0 });
    await environment.fire('poll-jira');
    await waitForRuns(environment);
    watch?.stop();
  });
  afterAll(() => environment.close());

  it('has looked at something', async () => {
    expect(environment.logs.length).toBeGreaterThan(50);
    expect(environment.model?.requests.length).toBeGreaterThan(10);
    expect((await dumpStorage(environment.proxy.connectionString)).length).toBeGreaterThan(20);
    if (watch) expect([...watch.commandLines].some((line) => line.includes(inject('programs').runner))).toBe(true);
    if (isRootOnLinux) expect(watch?.agentEnvironments.size).toBeGreaterThan(0);
  });

  it.each(Object.entries(CANARIES))('%s is in no log, queue, table, blob or prompt', async (_name, canary) => {
    const places = {
      logs: environment.logs,
      storage: await dumpStorage(environment.proxy.connectionString),
      prompts: (environment.model?.requests ?? []).flatMap(({ body, headers }) => [body, JSON.stringify(headers)]),
    };

    expect(findLeaks(canary, places)).toEqual([]);
  });

  it.each(Object.entries(CANARIES))('%s is in no comment, note, description or commit', (_name, canary) => {
    const places = {
      jira: environment.jira.issueKeys.map((key) =>
        JSON.stringify([environment.jira.comments(key), [...environment.jira.issue(key).properties]]),
      ),
      gitlab: environment.gitlab.state.projects.flatMap(({ mergeRequests }) =>
        mergeRequests.map(({ title, description, discussions }) =>
          JSON.stringify([title, description, discussions.map(({ notes }) => notes.map(({ body }) => body))]),
        ),
      ),
      repositories: environment.gitlab.state.projects.map(({ repository }) =>
        execFileSync('git', ['--git-dir', repository.directory, 'log', '--all', '-p', '--format=raw'], {
          encoding: 'latin1',
          maxBuffer: 64 << 20,
        }),
      ),
    };

    expect(findLeaks(canary, places)).toEqual([]);
  });

  it.skipIf(explainSkip('canaries in processes', 'linux')).each(Object.entries(CANARIES))(
    '%s is in no command line and no environment of an agent',
    (_name, canary) => {
      const places = { commandLines: [...(watch?.commandLines ?? [])], agents: [...(watch?.agentEnvironments ?? [])] };

      expect(findLeaks(canary, places)).toEqual([]);
    },
  );
});

/** The places where the value stands in any form it may be written in. */
function findLeaks(canary: string, places: Record<string, string[]>): string[] {
  const { plain, base64 } = listSecretForms(canary);
  const forms = [...plain, ...base64];
  return Object.entries(places).flatMap(([place, texts]) =>
    texts.filter((text) => forms.some((form) => text.includes(form))).map((text) => `${place}: ${text.slice(0, 200)}`),
  );
}

function waitForRuns({ storage }: Environment): Promise<void> {
  return waitUntil('the runs come to rest', async () => {
    const open = await storage.ledger.listOpen();
    // Runs that GitLab's failures sent into a later attempt wait longer than this suite does: they have logged what
    // they had to.
    if (open.length > 0) return open.every(({ state }) => state === 'parked');
    return (await storage.queue.getDepth()).count === 0;
  });
}

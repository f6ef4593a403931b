import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startChild } from '../sandbox/job/child.ts';
import type { Azurite } from '../sandbox/storage/azurite.ts';
import { aFunctionsEnvironment } from '../test/builders/settings.ts';
import { takeAzurite } from '../test/share-azurite.ts';

const SECRET = 'jira-token-that-must-not-show';

const MAP = '{"mappings":{"PROJ":{"repo":"group/app"}}}';
const OTHER_KEY = Buffer.from('a key that opens nothing').toString('base64');

let azurite: Azurite;
beforeAll(() => {
  azurite = takeAzurite();
});

/**
 * Loads the entry as the Functions worker does; the process ends when nothing is left to do, or once it has started.
 */
async function loadEntry(change: Record<string, string>) {
  const output = { stdout: [] as string[], stderr: [] as string[] };
  const env = { ...aFunctionsEnvironment(), JIRA_API_TOKEN: SECRET, ...change };
  const child = startChild({
    entry: path.resolve(import.meta.dirname, 'index.ts'),
    env: env as Record<string, string>, // the builder gives no undefined unless asked to
    onLine(line, stream) {
      output[stream].push(line);
      // From here on it would ask a GitLab that does not exist about its bindings.
      if (line.includes('"event":"started"')) child.kill('SIGKILL');
    },
  });
  const { code } = await child.exited;
  return { code, stdout: output.stdout.join('\n'), stderr: output.stderr.join('\n') };
}

it('loads with bad settings, and names every problem in one line of level error', async () => {
  const { code, stdout, stderr } = await loadEntry({ GITLAB_URL: '', SWEEP_SCHEDULE: 'hourly' });

  expect(code).toBe(0);
  expect(stdout).toBe('');
  // Outside of the Functions worker the library says for each function that it was registered in test mode.
  const lines = stderr.split('\n').filter((line) => line.startsWith('{'));
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      time: expect.any(String),
      level: 'error',
      event: 'settings refused',
      program: 'functions',
      reason: expect.stringMatching(
        /^The settings cannot be used\. GITLAB_URL is missing\. .*SWEEP_SCHEDULE must have six/,
      ),
      settings: ['GITLAB_URL', 'SWEEP_SCHEDULE'],
    },
  ]);
  expect(stdout + stderr).not.toContain(SECRET);
});

it.each([
  { name: 'storage refuses us', key: OTHER_KEY, map: MAP, notified: 'Check AzureWebJobsStorage' },
  { name: 'the map is YAML', map: 'bindings: []', notified: 'looks like YAML' },
])(
  'loads when $name, says so at once and leaves it to later invocations to try again',
  async ({ key, map, notified }) => {
    const connection = azurite.connectionString;
    const { code, stdout, stderr } = await loadEntry({
      JIRA_PROJECT_MAP: map,
      AzureWebJobsStorage: key ? connection.replaceAll(/AccountKey=[^;]+/g, `AccountKey=${key}`) : connection,
    });

    expect(code).toBe(0);
    const lines = stderr.split('\n').filter((line) => line.includes('"start failed"'));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'error',
      program: 'functions',
      reason: expect.stringContaining(notified),
    });
    expect(stdout + stderr).not.toContain(SECRET);
    expect(stdout + stderr).not.toContain(OTHER_KEY);
  },
);

it('gets ready by itself', async () => {
  const { stdout } = await loadEntry({ JIRA_PROJECT_MAP: MAP, AzureWebJobsStorage: azurite.connectionString });

  expect(stdout).toContain('"event":"started","program":"functions"');
});

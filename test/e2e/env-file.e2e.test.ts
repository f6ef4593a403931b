import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChild } from '../../sandbox/job/child.ts';
import { aRunnerEnvironment } from '../builders/settings.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MARKER = 'canary-of-the-file';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cmap-env-'));
  const settings = { ...aRunnerEnvironment({ JIRA_URL: 'http://127.0.0.1:9' }), GITLAB_TOKEN: MARKER };
  const lines = Object.entries(settings).map(([name, value]) => `${name}='${value}'`);
  await writeFile(path.join(folder, '.env'), `# settings of one person\n${lines.join('\n')}\n`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs a program in the folder that has a whole set of settings in `.env`, until it ends or says a line that is waited
 * for.
 */
async function run(entry: string, args: string[], env: Record<string, string>, until?: RegExp) {
  const lines: string[] = [];
  const child = startChild({
    entry: path.join(ROOT, entry),
    args,
    env,
    cwd: folder,
    onLine(line) {
      lines.push(line);
      if (until?.test(line)) child.kill('SIGTERM');
    },
  });
  const { code } = await child.exited;
  return { code, text: lines.join('\n') };
}

describe('a file of settings', () => {
  it('is read by cmap where CMAP_ENV_FILE names it, below the environment', async () => {
    const { text } = await run('cli/bin.ts', ['doctor'], { CMAP_ENV_FILE: '.env', GITLAB_URL: 'not-a-url' });
    expect(text).toContain('OK    GITLAB_TOKEN: is set');
    expect(text).toContain('GITLAB_URL must be a URL');
    expect(text).not.toContain(MARKER);
  });

  it('is not read by cmap because it is there', async () => {
    const { code, text } = await run('cli/bin.ts', ['whoami'], {});
    expect(code).toBe(1);
    expect(text).toContain('GITLAB_URL is missing');
  });

  it('that is named and not there is one sentence', async () => {
    expect(await run('cli/bin.ts', ['whoami'], { CMAP_ENV_FILE: 'none.env' })).toEqual({
      code: 2,
      text: 'cmap: none.env, which CMAP_ENV_FILE names, is not there: correct the variable or remove it',
    });
  });

  it.each([
    { program: 'the runner', entry: 'runner-container/main.ts' },
    { program: 'the functions', entry: 'sandbox/host/functions-process.ts' },
  ])('is never read by $program, named or not', async ({ entry }) => {
    for (const env of [{}, { CMAP_ENV_FILE: '.env' }]) {
      const { text } = await run(entry, [], env, /"listening"|settings refused/);
      expect(text).toContain('GITLAB_URL');
      expect(text).toContain('missing');
      expect(text).not.toContain(MARKER);
    }
  });
});

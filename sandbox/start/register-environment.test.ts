import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEnvironment } from '../../cli/environments/open-environment.ts';
import { createSharedFile, type SharedFile } from '../../cli/io/shared-file.ts';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { registerEnvironment } from './register-environment.ts';

const SETTINGS = {
  GITLAB_URL: 'http://127.0.0.1:8080',
  GITLAB_TOKEN: 'canary-of-the-sandbox',
  JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"it\'s/app"}}}',
};

let folder: string;
let environments: SharedFile;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'register-'));
  environments = createSharedFile(path.join(folder, 'environments.json'), {
    pid: 1,
    clock: { sleep: () => setImmediate() },
  });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const register = (pid: number) => registerEnvironment({ settings: SETTINGS, environments, pid });

async function open() {
  const io = { ...createMemoryIO(), environments, readFile: async (file: string) => readFileSync(file) };
  return (await openEnvironment('sandbox', io)).env;
}

it('is an environment with all settings while it runs, and no trace of it is left', async () => {
  const forget = await register(7);
  expect(await open()).toMatchObject(SETTINGS);
  expect(await environments.read()).not.toContain('canary');
  if (process.platform !== 'win32') expect(statSync(path.join(folder, 'sandbox-7.env')).mode & 0o777).toBe(0o600);

  await forget();
  expect(JSON.parse((await environments.read()) ?? '')).toEqual({ version: 1, environments: {} });
  expect(existsSync(path.join(folder, 'sandbox-7.env'))).toBe(false);
});

it('takes the place of one that was killed, and leaves that of a later one alone', async () => {
  const first = await register(7);
  const second = await register(8);
  expect(existsSync(path.join(folder, 'sandbox-7.env'))).toBe(false);

  await first();
  expect(await open()).toMatchObject(SETTINGS);
  await second();
  await expect(open()).rejects.toThrow('there is no environment "sandbox" (--env)');
});

it('leaves no secret behind where the environments cannot be used', async () => {
  writeFileSync(environments.path, '{');
  await expect(register(7)).rejects.toThrow('is not understood');
  expect(existsSync(path.join(folder, 'sandbox-7.env'))).toBe(false);
});

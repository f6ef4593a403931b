import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEnvironment } from '../../cli/environments/open-environment.ts';
import { parseSettings } from '../../cli/io/read-env-file.ts';
import { createSharedFile, type SharedFile } from '../../cli/io/shared-file.ts';
import { createMemoryIO } from '../../test/doubles/memory-io.ts';
import { registerSandbox } from './register-sandbox.ts';
import { formatSandboxFile } from './sandbox-file.ts';

const SETTINGS = {
  GITLAB_URL: 'http://127.0.0.1:8080',
  GITLAB_TOKEN: 'canary-of-the-sandbox',
  JIRA_PROJECT_MAP: '{"mappings":{"PROJ":{"repo":"it\'s/app"}}}',
  SANDBOX_ADA_JIRA_TOKEN: 'canary-of-ada',
};

const clock = { sleep: () => setImmediate() };
let home: string;
let folder: string;
let environments: SharedFile;
/** Processes that run. */
let alive: Set<number>;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'register-'));
  folder = path.join(home, 'checkout');
  mkdirSync(folder);
  environments = createSharedFile(path.join(home, 'environments.json'), { pid: 1, clock });
  alive = new Set();
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function register(pid: number, options: { folder?: string; environments?: SharedFile | undefined } = {}) {
  alive.add(pid);
  const registered = await registerSandbox({
    settings: SETTINGS,
    folder,
    environments,
    pid,
    clock,
    isAlive: async (owner) => alive.has(owner.pid),
    ...options,
  });
  return {
    ...registered,
    /** Ends as a person ends it. */
    async end() {
      await registered.forget();
      alive.delete(pid);
    },
  };
}

async function open(name: string) {
  const io = { ...createMemoryIO(), environments, readFile: async (file: string) => readFileSync(file) };
  return (await openEnvironment(name, io)).env;
}

const fileOf = (name: string) => path.join(folder, `.cmap-${name}.env`);
const read = (name: string) => parseSettings(readFileSync(fileOf(name), 'utf8'));

it('has one set of settings as a file and as an environment while it runs, and no trace of them is left', async () => {
  const sandbox = await register(7);
  expect(sandbox).toMatchObject({ file: fileOf('sandbox'), name: 'sandbox' });
  expect(read('sandbox')).toEqual(SETTINGS);
  expect(await open('sandbox')).toMatchObject(SETTINGS);
  expect(await environments.read()).not.toContain('canary');
  if (process.platform !== 'win32') expect(statSync(sandbox.file).mode & 0o777).toBe(0o600);

  await sandbox.end();
  expect(JSON.parse((await environments.read()) ?? '')).toEqual({ version: 1, environments: {} });
  expect(existsSync(sandbox.file)).toBe(false);
});

it('leaves those of one that runs alone, and ends without it', async () => {
  const first = await register(7);
  const second = await register(8);
  expect(second).toMatchObject({ file: fileOf('sandbox-2'), name: 'sandbox-2' });
  await second.end();
  expect(await open('sandbox')).toMatchObject(SETTINGS);
  expect(read('sandbox')).toEqual(SETTINGS);
  await expect(open('sandbox-2')).rejects.toThrow('there is no environment "sandbox-2" (--env)');
  await first.end();
});

it('has one name in all folders', async () => {
  const other = path.join(home, 'other');
  mkdirSync(other);
  await register(7);
  expect(await register(8, { folder: other })).toMatchObject({
    file: path.join(other, '.cmap-sandbox-2.env'),
    name: 'sandbox-2',
  });
  expect(existsSync(path.join(other, '.cmap-sandbox.env'))).toBe(false);
});

it('takes the place of one that was killed, in this folder and in another', async () => {
  const other = path.join(home, 'other');
  mkdirSync(other);
  await register(7);
  alive.clear();
  expect((await register(8)).name).toBe('sandbox');
  alive.clear();
  expect((await register(9, { folder: other })).name).toBe('sandbox');
  expect(existsSync(fileOf('sandbox'))).toBe(false);
});

it('leaves a file and an environment alone that a person wrote', async () => {
  writeFileSync(fileOf('sandbox'), 'MINE=1\n');
  await environments.update(() =>
    JSON.stringify({ version: 1, environments: { 'sandbox-2': { settings: { AGENT_ID: 'mine' }, secrets: {} } } }),
  );
  expect((await register(7)).name).toBe('sandbox-3');
  expect(readFileSync(fileOf('sandbox'), 'utf8')).toBe('MINE=1\n');
  expect(existsSync(fileOf('sandbox-2'))).toBe(false);
  expect(await open('sandbox-2')).toMatchObject({ AGENT_ID: 'mine' });
});

it('has its own file when two start at once', async () => {
  // What a third one left is there for both to take over.
  writeFileSync(fileOf('sandbox'), formatSandboxFile(SETTINGS, 6));
  const both = await Promise.all([register(7), register(8)]);
  expect(both.map(({ name }) => name).toSorted()).toEqual(['sandbox', 'sandbox-2']);
  await Promise.all(both.map((one) => one.end()));
  expect(JSON.parse((await environments.read()) ?? '')).toEqual({ version: 1, environments: {} });
});

it('is a file alone where the environments cannot be used, or there is no place for them', async () => {
  writeFileSync(environments.path, '{');
  const sandbox = await register(7);
  expect(sandbox.name).toBeUndefined();
  expect(sandbox.problem).toContain('is not understood');
  expect(read('sandbox')).toEqual(SETTINGS);
  await sandbox.end();
  expect(existsSync(sandbox.file)).toBe(false);
  expect((await register(8, { environments: undefined })).problem).toContain('there is no place for environments');
});

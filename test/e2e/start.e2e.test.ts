import { existsSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSharedFile } from '../../cli/io/shared-file.ts';
import { isAlive } from '../../sandbox/start/is-alive.ts';
import { registerSandbox } from '../../sandbox/start/register-sandbox.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { hasTerminals, type PseudoTerminal, startInTerminal } from '../pseudo-terminal.ts';
import { waitUntil } from '../wait-until.ts';
import { cmap } from './cmap.ts';

const MAIN = path.resolve(import.meta.dirname, '../../sandbox/start/main.ts');

describe.skipIf(!hasTerminals)('npm start in a terminal of 80 columns, used as its lines say', () => {
  let home: string;
  let folder: string;
  let terminal: PseudoTerminal;
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'cmap-home-'));
    folder = await mkdtemp(path.join(tmpdir(), 'cmap-folder-'));
    terminal = startInTerminal({
      args: [MAIN],
      cwd: folder,
      env: { XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
    });
    await waitUntil('the prompt is there', () => terminal.text().includes('Ada> '));
  });
  afterAll(async () => {
    terminal?.kill('SIGTERM');
    await terminal?.exited;
    for (const each of [home, folder]) await rm(each, { recursive: true, force: true });
  });

  /** Lines go on in the next one where they are long. */
  const shows = (text: string | RegExp) => expect.poll(() => terminal.text().replaceAll(/\s+/g, ' ')).toMatch(text);
  /** Types a line as a person does, while the programs say what they do. */
  const type = async (line: string) => {
    for (const key of line) {
      terminal.type(key);
      await delay(20);
    }
    await expect.poll(() => terminal.text().split('\n').at(-1)).toBe(`Ada> ${line}`);
    terminal.type('\r');
  };
  const addressOf = (name: string) => new RegExp(`^${name} +(http\\S+)`, 'm').exec(terminal.text())?.[1] ?? '';
  const environments = () =>
    createSharedFile(path.join(home, 'cmap', 'environments.json'), { pid: 1, clock: systemClock });

  it('prints addresses that open', async () => {
    const board = new URL(addressOf('Board'));
    const entered = await fetch(board, { redirect: 'manual' });
    const cookie = entered.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    const open = async (url: string) => {
      const answer = await fetch(url, { redirect: 'manual' });
      const target = new URL(answer.headers.get('location') ?? url, url);
      return (await fetch(target, { headers: { cookie } })).status;
    };
    for (const name of ['Board', 'GitLab', 'Jira', 'cmap']) {
      expect({ name, status: await open(addressOf(name)) }).toEqual({ name, status: 200 });
    }
    await type('show !1');
    await shows('Page: http');
    const page = /Page: (http\S+)/.exec(terminal.text())?.[1] ?? '';
    expect((await fetch(page, { headers: { cookie } })).status).toBe(200);
  });

  it('is found from another terminal as the line says, and a second one beside it leaves it alone', async () => {
    await shows('In another terminal: npx cmap COMMAND --env sandbox (.cmap-sandbox.env)');
    const file = path.join(folder, '.cmap-sandbox.env');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const before = readFileSync(file, 'utf8');
    const second = await registerSandbox({
      settings: {},
      folder,
      environments: environments(),
      pid: process.pid,
      clock: systemClock,
      isAlive,
    });
    expect(second.name).toBe('sandbox-2');
    await second.forget();
    expect(readFileSync(file, 'utf8')).toBe(before);

    for (const [args, env] of [
      [['--env', 'sandbox'], { XDG_CONFIG_HOME: home }],
      [[], { CMAP_ENV_FILE: file }],
    ] as const) {
      const { code, stdout } = await cmap(['explain', 'PROJ-1', ...args], env);
      expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('PROJ-1') });
    }
  });

  it('takes the ticket that is typed to a merge request, and that to Done', async () => {
    await type('new PROJ Greet the world');
    await shows('PROJ-2 is created. Next: hand PROJ-2');
    await type('hand PROJ-1');
    await shows('PROJ-1 is handed to the agent');
    await shows(/Next: show !2, ready !2, merge !2/);
    await type('merge !2');
    await shows('is a draft, which GitLab does not merge. Next: ready group/greetings!2');
    await type('ready !2');
    await shows('group/greetings!2 is ready. Next: approve group/greetings!2');
    await type('approve group/greetings!2');
    await shows('You approved group/greetings!2.');
    await type('merge group/greetings!2');
    await shows('group/greetings!2 is merged.');
    await waitUntil('the ticket is Done', async () => {
      await type('issues');
      return /^PROJ-1 +Done/m.test(terminal.text());
    });
  });

  it('says what was meant by a word it does not know', async () => {
    await type('isues');
    await shows('"isues" is not understood; did you mean issues');
  });

  it('breaks no word at 80 columns', () => {
    const broken = terminal.lines().filter(({ isBroken }) => isBroken);
    expect(broken).toEqual([]);
    expect(terminal.lines().length).toBeGreaterThan(50);
  });

  it('ends by its word, without a trace but what was typed', async () => {
    await type('exit');
    expect(await terminal.exited).toBe(0);
    expect(existsSync(path.join(folder, '.cmap-sandbox.env'))).toBe(false);
    expect(await environments().read()).not.toContain('npm start');
    const history = path.join(home, 'cmap', 'sandbox-history');
    expect(readFileSync(history, 'utf8')).toContain('hand PROJ-1\n');
    expect(statSync(history).mode & 0o777).toBe(0o600);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MINUTE, SECOND, systemClock } from '../../shared/kernel/clock.ts';
import { only } from '../../test/doubles/only.ts';
import { runForAgent } from '../perform/delivery/run-for-agent.ts';
import type { TrialDeps } from '../trial/run-trial.ts';
import { LANGUAGES } from './languages.ts';
import { runHiddenTest } from './run-hidden-test.ts';
import type { EvalTicket } from './tickets/ticket.ts';
import { TICKETS } from './tickets/tickets.ts';
import { writeFiles } from './with-ticket-repository.ts';

const never = new AbortController().signal;
const deps = {
  isolation: { kind: 'none' as const, reason: 'of a test' },
  clock: systemClock,
  settings: only<TrialDeps['settings']>({ agentEnvironment: { PATH: process.env['PATH'] ?? '' } }),
};

let folder: string;
let place: { validation: string; scratch: string };
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cmap-eval-test-'));
  place = { validation: path.join(folder, 'tree'), scratch: path.join(folder, 'scratch') };
  mkdirSync(place.scratch);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function lay(files: Readonly<Record<string, string>>): Promise<void> {
  rmSync(place.validation, { recursive: true, force: true });
  await writeFiles(place.validation, files);
}

async function passesOwnTests({ language }: EvalTicket): Promise<boolean> {
  const limits = { timeoutMs: 2 * MINUTE, maxOutputBytes: 10_000 };
  const report = await runForAgent({ command: LANGUAGES[language].validate, ...limits }, place, deps, never);
  return report.exitCode === 0;
}

const judge = (ticket: EvalTicket, timeoutMs = 2 * MINUTE) => runHiddenTest(ticket, place, { deps, timeoutMs }, never);

it('are five in each of four languages, each of a name of its own', () => {
  const languages = TICKETS.map(({ language }) => language);
  const counts = Object.keys(LANGUAGES).map((name) => languages.filter((one) => one === name).length);
  expect(counts).toEqual([5, 5, 5, 5]);
  expect(new Set(TICKETS.map(({ id }) => id)).size).toBe(20);
});

const missing = Object.values(LANGUAGES).flatMap(({ name, tools }) => {
  const tool = tools.find((one) => spawnSync(one, ['--version'], { stdio: 'ignore' }).status !== 0);
  if (tool !== undefined) process.stderr.write(`tickets in ${name}: skipped, because there is no ${tool}.\n`);
  return tool === undefined ? [] : [name];
});
const here = TICKETS.filter(({ language }) => !missing.includes(LANGUAGES[language].name));

describe.each(here.map((ticket) => ({ ticket, id: ticket.id })))('$id', ({ ticket }) => {
  it('is not solved as it stands, and its tests pass', async () => {
    await lay(ticket.files);
    expect(await passesOwnTests(ticket)).toBe(true);
    await lay(ticket.files);
    // One of them runs for ever as it stands.
    expect(await judge(ticket, 10 * SECOND)).toMatchObject({
      passed: false,
      reason: expect.stringContaining('hidden test'),
    });
  });

  it('is solved by its answer, and its tests pass', async () => {
    await lay({ ...ticket.files, ...ticket.answer });
    expect(await passesOwnTests(ticket)).toBe(true);
    expect(await judge(ticket)).toEqual({ passed: true });
  });
});

describe('an answer that is none', () => {
  const find = (id: string) => TICKETS.find((ticket) => ticket.id === id) ?? expect.fail(id);

  it.each([
    {
      name: 'leaves before the test has come to its end',
      id: 'js-1',
      files: { 'src/money.mjs': 'process.exit(0);\n' },
    },
    {
      name: 'prints what tests like to read',
      id: 'js-4',
      files: { 'src/duration.mjs': "console.log('OK');\nconsole.log('all checks passed');\nprocess.exit(0);\n" },
    },
    {
      name: 'takes the test away and puts another in its place',
      id: 'js-2',
      files: {
        'src/words.mjs':
          "import { writeFileSync } from 'node:fs';\nwriteFileSync(process.argv[1], '');\nexport const groupByLetter = () => ({});\nexport const countWords = () => 2;\n",
      },
    },
    { name: 'brings a hidden test of its own', id: 'js-5', files: { 'hidden.mjs': 'process.exit(0);\n' } },
    {
      name: 'has no end of words',
      id: 'js-3',
      files: { 'src/cache.mjs': "export class Cache {}\nfor (;;) process.stdout.write('all checks passed\\n');\n" },
    },
  ])('$name', async ({ id, files }) => {
    const ticket = find(id);
    await lay({ ...ticket.files, ...files });
    expect(await judge(ticket, 10 * SECOND)).toMatchObject({ passed: false });
  });

  it('runs for ever, and is ended', async () => {
    const ticket = find('js-5');
    await lay({ ...ticket.files, 'src/csv.mjs': 'export function toCsv() {\n  for (;;);\n}\n' });
    expect(await judge(ticket, 2 * SECOND)).toEqual({
      passed: false,
      reason: 'the hidden test took longer than 2 seconds',
    });
  });
});

it('give tests nothing that an earlier command has left in its home, and no secret of this process', async () => {
  const ticket = TICKETS.find(({ id }) => id === 'js-1') ?? expect.fail('js-1');
  await lay(ticket.files);
  await writeFiles(place.scratch, { '.local/left-behind': '' });
  const hidden = `import { readdirSync } from 'node:fs';
show(readdirSync(process.env.HOME));
show(process.env.CMAP_SECRET_OF_A_TEST ?? null);
`;
  vi.stubEnv('CMAP_SECRET_OF_A_TEST', 'of-the-operator');
  const probe = { ...ticket, hidden, expected: ['["complaints"]', 'null'] };
  expect(await runHiddenTest(probe, place, { deps, timeoutMs: MINUTE }, never)).toEqual({ passed: true });
  vi.unstubAllEnvs();
});

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type * as z from 'zod';
import { TICKETS } from '../../runner-container/eval/tickets/tickets.ts';
import { startChild } from '../../sandbox/job/child.ts';
import type { Scenario } from '../../sandbox/model/scenario.ts';
import { type ScriptedModel, startScriptedModel } from '../../sandbox/model/scripted-model.ts';
import { explainSkip } from '../explain-skip.ts';
import { cmap } from './cmap.ts';

type Script = z.input<typeof Scenario>;
type Step = Script['steps'][number];

const submit = (more: object = {}): Step => ({
  call: { tool: 'submit_result', arguments: { summary: 'Done.', changes: [], tests: [], ...more } },
});
const shell = (command: string): Step => ({
  call: { tool: 'bash', arguments: { command, description: 'Run a command' } },
});

/** Written by the shell, as a model would that is in a hurry. */
const write = (files: Readonly<Record<string, string>>): Step =>
  shell(
    Object.entries(files)
      .map(([file, text]) => `mkdir -p "$(dirname '${file}')" && echo ${toBase64(text)} | base64 -d > '${file}'`)
      .join(' && '),
  );
const toBase64 = (text: string) => Buffer.from(text).toString('base64');

const scenario = (id: string, steps: Step[], more: Partial<Script> = {}): Script => ({
  name: id,
  when: [find(id).summary],
  steps,
  ...more,
});
const find = (id: string) => TICKETS.find((ticket) => ticket.id === id) ?? expect.fail(id);
const solve = (id: string) => scenario(id, [write(find(id).answer), submit()]);

const FORBIDDEN = write({ '.gitlab-ci.yml': 'test:\n  script: [true]\n' });

interface Document {
  ok: boolean;
  tickets: { id: string }[];
  skipped: { language: string; missing: string; tickets: string[] }[];
  models: { model: string; solved: number; cost: object | null; isWhole: boolean }[];
  results: { ticket: string; model: string; outcome: string; reason: string | null; usage: { modelCalls: number } }[];
  stopped: { model: string; reason: string }[];
}

describe.skipIf(explainSkip('cmap eval', 'not-windows'))('cmap eval', () => {
  let model: ScriptedModel;
  let folder: string;

  beforeAll(async () => {
    model = await startScriptedModel({ scenarios: [], apiKey: 'key-of-a-test-0123456789' });
  });
  afterAll(() => model.stop());
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cmap-eval-e2e-'));
    // The user of the agent passes it.
    chmodSync(folder, 0o711);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const settings = () => ({
    COPILOT_PROVIDER_BASE_URL: model.url,
    COPILOT_PROVIDER_API_KEY: 'key-of-a-test-0123456789',
    COPILOT_MODEL: 'scripted',
    RUNNER_REQUIRE_ISOLATION: 'off',
    TMPDIR: folder,
    PATH: process.env['PATH'] ?? '',
  });

  async function evaluate(args: readonly string[], env: Record<string, string> = {}) {
    const ended = await cmap(['eval', ...args, '--json'], { ...settings(), ...env });
    const document = JSON.parse(ended.stdout || '{}') as Document;
    const outcomes = Object.fromEntries((document.results ?? []).map(({ ticket, outcome }) => [ticket, outcome]));
    const reasons = Object.fromEntries((document.results ?? []).map(({ ticket, reason }) => [ticket, reason]));
    return { ...ended, document, outcomes, reasons };
  }

  it('counts a right answer as solved and nothing else, and says why', async () => {
    model.play([
      solve('js-1'),
      scenario('js-2', [write({ 'src/words.mjs': 'export const countWords = () => 2;\n' }), submit()]),
      // Tests that always pass, a hidden test of its own, and what lies outside the repository.
      scenario('js-3', [
        write({
          'test/cache.test.mjs': "import { test } from 'node:test';\ntest('passes', () => {});\n",
          'hidden.mjs': `${find('js-3')
            .expected.map((line) => `console.log('${line}');`)
            .join('\n')}\n`,
        }),
        shell(`echo "console.log('1')" > ../hidden.mjs; echo right > "$HOME/hidden.mjs"; rm -rf ../validation; true`),
        submit(),
      ]),
      scenario('js-4', [FORBIDDEN, submit()], {
        repairs: [
          [FORBIDDEN, submit()],
          [FORBIDDEN, submit()],
        ],
      }),
      scenario('js-5', [submit({ question: 'Which cells are meant?' })]),
      scenario('pl-1', [submit()]),
      // Right for the tests of the repository, and without an end for others.
      scenario('pl-3', [
        write({
          'lib/Release.pm': 'package Release;\nsub newer { 1 while "@_" =~ /10/; return $_[0] gt $_[1] ? 1 : 0 }\n1;\n',
        }),
        submit(),
      ]),
    ]);
    const only = 'js-1,js-2,js-3,js-4,js-5,pl-1,pl-3';
    const { code, stderr, document, outcomes, reasons } = await evaluate(['--only', only, '--test-seconds', '20']);
    expect([code, stderr]).toEqual([0, '']);
    expect(outcomes).toEqual({
      'js-1': 'solved',
      'js-2': 'unsolved',
      'js-3': 'unsolved',
      'js-4': 'refused',
      'js-5': 'refused',
      'pl-1': 'unsolved',
      'pl-3': 'unsolved',
    });
    expect(reasons['js-1']).toBeNull();
    expect(reasons['js-3']).toBe('line 2 of the hidden test is "[2,null,3]", and should be "[null,1,3]"');
    expect(reasons['js-4']).toContain('.gitlab-ci.yml');
    expect(reasons['js-5']).toBe('it asked: Which cells are meant?');
    expect(reasons['pl-1']).toBe('nothing was changed: Done.');
    expect(reasons['pl-3']).toBe('the hidden test took longer than 20 seconds');
    expect(document.models).toMatchObject([
      { model: 'scripted', solved: 1, refused: 2, unsolved: 4, failed: 0, cost: null },
    ]);
    // Neither the hidden test nor what it should print was ever shown.
    const asked = model.requests.map(({ body }) => body).join('\n');
    for (const line of find('js-1').hidden.trim().split('\n')) expect(asked).not.toContain(line);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('asks models side by side with instructions of your own, and adds up what they cost', async () => {
    model.play([solve('js-1')]);
    const instructions = path.join(folder, 'instructions.md');
    writeFileSync(instructions, 'Work as the old gardener would.\n');
    const begun = model.requests.length;
    const args = ['eval', '--only', 'js-1', '--model', 'first', '--model', 'second', '--instructions', instructions];
    const { code, stdout, stderr } = await cmap(args, { ...settings(), MODEL_PRICES: 'first=1/10', COLUMNS: '200' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^TICKET +LANGUAGE +SUMMARY +first +second$/m);
    expect(stdout).toMatch(
      /^js-1 +JavaScript +Round amounts half to even +solved, \d+ (?:s|min) +solved, \d+ (?:s|min)$/m,
    );
    expect(stdout).toMatch(/^first +1 of 1 +0 +0 +0 +0\.00\d+ USD +2,100 +\d+ (?:s|min)$/m);
    expect(stdout).toMatch(/^second +1 of 1 +0 +0 +0 +- +2,100 +\d+ (?:s|min)$/m);
    expect(stderr).toMatch(
      /\ncmap: js-1 with first: solved, \d+ (?:s|min) \(1 of 2\)\ncmap: js-1 with second: .* \(2 of 2\)$/,
    );
    const bodies = model.requests.slice(begun).map(({ body }) => body);
    expect(bodies.every((body) => body.includes('Work as the old gardener would.'))).toBe(true);
    expect(bodies.some((body) => body.includes('"model":"second"'))).toBe(true);
  });

  it('ends a session that never ends, and does not call the number whole', async () => {
    model.play([scenario('js-1', [{ misbehave: 'silent' }], { afterwards: 'repeat' })]);
    const { code, outcomes, reasons, document } = await evaluate(['--only', 'js-1', '--minutes', '0.1']);
    expect([code, document.ok, outcomes]).toEqual([1, false, { 'js-1': 'failed' }]);
    expect(reasons['js-1']).toMatch(/^The agent ran out of time/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('gives no further ticket to a model that refuses the key', async () => {
    model.play([solve('js-1')]);
    const { code, document } = await evaluate([], { COPILOT_PROVIDER_API_KEY: 'another-key-0123456789' });
    expect(code).toBe(1);
    expect(document.results).toHaveLength(1);
    expect(document.stopped).toMatchObject([{ model: 'scripted' }]);
    expect(document.tickets.length + document.skipped.flatMap(({ tickets }) => tickets).length).toBe(20);
  });

  it('leaves out the languages whose tools are missing, and says which', async () => {
    model.play([solve('js-1')]);
    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    for (const tool of ['git', 'sh', 'env', 'mkdir', 'dirname', 'base64', 'tail']) {
      symlinkSync(execFileSync('which', [tool]).toString().trim(), path.join(bin, tool));
    }
    const { code, document } = await evaluate(['--only', 'js-1,c-1'], {
      PATH: `${path.dirname(process.execPath)}:${bin}`,
      RUNNER_WORKSPACE_ROOT: folder,
    });
    // It was asked for.
    expect(code).toBe(1);
    expect(document.skipped).toEqual([{ language: 'C', missing: 'cc', tickets: ['c-1'] }]);
  });

  it('says in one sentence which tickets there are', async () => {
    const { code, stderr } = await evaluate(['--only', 'js-9']);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^cmap: No ticket is called js-9; there are js-1, js-2/)]);
  });

  it('is ended by Ctrl-C, shows what there is, and leaves no process and no directory', async () => {
    const silent: Step = { misbehave: 'silent' };
    model.play([
      solve('js-1'),
      scenario('js-2', [shell('nohup sleep 86399 >/dev/null 2>&1 & echo begun'), silent], { afterwards: 'stop' }),
    ]);
    const lines: string[] = [];
    const child = startChild({
      entry: inject('programs').cli,
      args: ['eval', '--only', 'js-1,js-2', '--json'],
      env: settings(),
      onLine: (line) => lines.push(line),
    });
    await expect.poll(() => model.requests.at(-1)?.body.includes('begun') ?? false).toBe(true);
    child.kill('SIGINT');
    const { code } = await child.exited;
    expect(code).toBe(1);
    expect(lines.join('\n')).toContain('"outcome": "solved"');
    expect(lines.join('\n')).toContain('the evaluation is not whole: it was ended before it was through');
    expect(readdirSync(folder)).toEqual([]);
    expect(commandLines().filter((line) => line.includes('sleep\u000086399') || line.includes(folder))).toEqual([]);
  });
});

/** Of every process of this machine. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')];
      } catch {
        return []; // It has ended meanwhile.
      }
    });
}

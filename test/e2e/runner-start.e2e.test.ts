import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TICKETS } from '../../runner-container/eval/tickets/tickets.ts';
import { startScriptedModel } from '../../sandbox/model/scripted-model.ts';
import { explainSkip } from '../explain-skip.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
let folder: string;
let app: string;
let node: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'cmap-layout-'));
  chmodSync(folder, 0o755);
  app = path.join(folder, 'app');
  // Where another user can start it, as in the image.
  node = path.join(folder, 'node');
  cpSync(process.execPath, node, { dereference: true });
  chmodSync(node, 0o755);
  await run(node, [path.join(root, 'scripts/lay-out-runner.ts'), app]);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without settings the runner loads its parts, says what is missing and ends. */
function start(prefix: readonly string[] = []) {
  const [file = node, ...args] = [...prefix, node, path.join(app, 'main.js')];
  const env = { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
  const { stdout, stderr, status } = spawnSync(file, args, { env, cwd: app, encoding: 'utf8', maxBuffer: 1e8 });
  const lines = `${stdout}\n${stderr}`.split('\n');
  const about = (text: string) => lines.filter((line) => line.includes('code cache for') && line.includes(text));
  return { status, accepted: about('was accepted'), rejected: about('was rejected'), said: stderr };
}

describe('the runner as the image has it', () => {
  it('starts from what Node compiled when the image was built', () => {
    const { status, accepted, rejected, said } = start();
    expect(said).toContain('GITLAB_URL is missing');
    expect([status, rejected]).toEqual([1, []]);
    const files = accepted.join('\n');
    expect(files).toMatch(/chunks\/main-\w+\.js/);
    expect(files).toContain('@github/copilot-sdk');
  });

  it.skipIf(explainSkip('the start as another user', 'root-on-linux'))(
    'starts as ever for another user, whom nothing was compiled for and who can write nowhere',
    () => {
      const { status, said } = start(['/usr/bin/setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']);
      expect(said).toContain('GITLAB_URL is missing');
      expect(status).toBe(1);
    },
  );

  it('has the command line, which finds what it needs to try a model', async () => {
    const [ticket] = TICKETS;
    if (!ticket) throw new Error('no ticket');
    const [[file, text]] = Object.entries(ticket.answer) as [[string, string]];
    const write = `echo ${Buffer.from(text).toString('base64')} | base64 -d > ${file}`;
    const model = await startScriptedModel({
      scenarios: [
        {
          name: 'solves',
          steps: [
            { call: { tool: 'bash', arguments: { command: write, description: 'Write it' } } },
            { call: { tool: 'submit_result', arguments: { summary: 'Done.', changes: [], tests: [] } } },
          ],
        },
      ],
    });
    const env = {
      COPILOT_PROVIDER_BASE_URL: model.url,
      COPILOT_MODEL: 'scripted',
      RUNNER_REQUIRE_ISOLATION: 'off',
      TMPDIR: folder,
      PATH: `${path.dirname(node)}:${process.env['PATH'] ?? ''}`,
    };
    const args = [path.join(app, 'cli/bin.js'), 'eval', '--only', ticket.id];
    const { stdout } = await run(node, args, { env }).finally(() => model.stop());
    expect(stdout).toMatch(/^scripted +1 of 1 /m);
    // The user of the agent sees no hidden test.
    expect(statSync(path.join(app, 'eval')).mode & 0o777).toBe(0o700);
  });

  it('has what a replay needs', () => {
    const { status, stderr } = spawnSync(node, [path.join(app, 'trial/main.js')], { input: '{}', encoding: 'utf8' });
    // It has loaded, and was asked for nothing it could do.
    expect([status, stderr]).toEqual([1, expect.stringContaining('"inputs"')]);
  });

  it('starts as ever where another version of Node compiled it', () => {
    const cache = path.join(app, 'compile-cache');
    const [version = ''] = readdirSync(cache);
    renameSync(path.join(cache, version), path.join(cache, version.replace(/^v\d+/, 'v1')));

    const { status, accepted, said } = start();

    expect(said).toContain('GITLAB_URL is missing');
    // A CommonJS module that is loaded twice finds itself within one process.
    expect([status, accepted.filter((line) => line.includes('/chunks/'))]).toEqual([1, []]);
  });
});

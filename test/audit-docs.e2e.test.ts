import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { parsePolicy } from '../shared/domain/audit/policy/parse-policy.ts';

const root = path.resolve(import.meta.dirname, '..');
const page = await readFile(path.join(root, 'docs/audit.md'), 'utf8');

const Jobs = z.record(z.string(), z.looseObject({ script: z.array(z.string()) }));

function blocksOf(word: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`yaml ${word}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);
}

const scripts = Object.fromEntries(
  blocksOf('gitlab-ci').flatMap((text) =>
    Object.entries(Jobs.parse(parse(text))).map(([name, { script }]) => [name, script] as const),
  ),
);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'audit-docs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/**
 * Runs the script of a job in a shell as a runner of GitLab does. In place of `cmap` stands a program that notes
 * how it was called, writes what an audit writes, and ends as it is told.
 */
async function runJob(
  name: string,
  { variables, endsWith = 0 }: { variables: Record<string, string>; endsWith?: number },
) {
  const bin = path.join(folder, 'bin');
  await mkdir(bin);
  const lines = [
    '#!/bin/sh',
    'printf "%s\\n" cmap "$@" >> "$CALLS"',
    'mkdir -p audit-out && echo page > audit-out/audit.html',
    `exit ${endsWith}`,
  ];
  await writeFile(path.join(bin, 'cmap'), `${lines.join('\n')}\n`);
  await chmod(path.join(bin, 'cmap'), 0o755);
  const calls = path.join(folder, 'calls');
  const environment = { PATH: `${bin}:${process.env['PATH']}`, CALLS: calls, ...variables };
  const script = ['set -e', ...(scripts[name] ?? ['exit 99'])].join('\n');
  const code = await promisify(execFile)('sh', ['-c', script], { cwd: folder, env: environment }).then(
    () => 0,
    (error: { code: number }) => error.code,
  );
  const published = await readFile(path.join(folder, 'public/index.html'), 'utf8').catch(() => undefined);
  return { code, published, argv: (await readFile(calls, 'utf8')).trimEnd().split('\n') };
}

/** What the command line itself says of such a call: its options are known, or it says which is not. */
async function helpKnows(argv: readonly string[]): Promise<string[]> {
  const [, ...words] = argv;
  const named = words.filter((word) => word.startsWith('--'));
  const bin = path.join(root, 'cli/bin.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words.slice(0, 2), '--help']);
  return named.filter((option) => !stdout.includes(`${option} `));
}

const TAG = { CI_COMMIT_TAG: 'v2.4.0', CI_PROJECT_PATH: 'group/app' };
const MERGE_REQUEST = { CI_PROJECT_PATH: 'group/app', CI_MERGE_REQUEST_IID: '7' };
const SCHEDULE = { AUDIT_VERSION: '2.4.0 "final"' };

it('shows a gate for tags, one for merge requests, and a scheduled page', () => {
  expect(Object.keys(scripts)).toEqual(['release-audit', 'merge-request-audit', 'pages']);
});

describe('the jobs of docs/audit.md, run in a shell', () => {
  it.each([0, 1, 3])('the gate of a tag ends as the audit does: %i', async (endsWith) => {
    const { code, argv } = await runJob('release-audit', { variables: TAG, endsWith });

    expect(code).toBe(endsWith);
    const options = ['--fix-version', '2.4.0', '--repo', 'group/app', '--to', 'v2.4.0', '--out', 'audit-out'];
    expect(argv).toEqual(['cmap', 'audit', 'run', ...options]);
    expect(await helpKnows(argv)).toEqual([]);
  });

  it.each([0, 1, 3])('the gate of a merge request ends as the check does: %i', async (endsWith) => {
    const { code, argv } = await runJob('merge-request-audit', { variables: MERGE_REQUEST, endsWith });

    expect(code).toBe(endsWith);
    expect(argv).toEqual(['cmap', 'audit', 'check', '--repo', 'group/app', '--merge-request', '7']);
    expect(await helpKnows(argv)).toEqual([]);
  });

  it.each([
    { endsWith: 0, code: 0, published: 'page\n' },
    { endsWith: 1, code: 0, published: 'page\n' },
    { endsWith: 3, code: 0, published: 'page\n' },
    { endsWith: 2, code: 2, published: undefined },
  ])(
    'the scheduled page is published unless the audit was used wrongly: $endsWith',
    async ({ endsWith, ...expected }) => {
      const { argv, ...ended } = await runJob('pages', { variables: SCHEDULE, endsWith });

      expect(ended).toEqual(expected);
      expect(argv).toEqual(['cmap', 'audit', 'run', '--fix-version', '2.4.0 "final"', '--out', 'audit-out']);
      expect(await helpKnows(argv)).toEqual([]);
    },
  );
});

it('shows a policy that can be used', () => {
  const [policy = ''] = blocksOf('policy');
  expect(parsePolicy(policy)).toHaveProperty('policy.waivers.0.by', 'Ada');
});

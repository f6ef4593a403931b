import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../shared/kernel/clock.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { runGit } from './run-git.ts';

const SECRET = 'Kq7Zr2Wm9Tb4Xn6Lp3Vd8Gs5';

/** What a program in the place of git has as its last words. */
async function runFailing(script: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-run-git-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(path.join(folder, 'git'), `#!/bin/sh\n${script}\nexit 1\n`);
  await chmod(path.join(folder, 'git'), 0o755);
  const environment = { PATH: `${folder}:${process.env['PATH']}` };
  const git = { clock: systemClock, environment, homeDirectory: folder, allowedProtocols: [] };
  const remote = { cloneUrl: 'https://gitlab.example.com/a.git', credential: new Secret(SECRET) };
  const failure = await runGit(git, ['x'], { remote }, new AbortController().signal).catch((error: unknown) => error);
  return (failure as { detail: string }).detail;
}

it.each([
  { what: 'the credential across the limit', words: `${'y'.repeat(8100)} ${'z'.repeat(88)}${SECRET}` },
  { what: 'another secret across the limit', words: `${'y'.repeat(8100)} ${'z'.repeat(80)}SECRETofAnother` },
])('keeps no half of $what', async ({ words }) => {
  expect(await runFailing(`echo '${words} and more'`.concat(' >&2'))).toBe(`git x ended with 1: ${'y'.repeat(8100)}`);
});

it('keeps the first 8 kB of what git says', async () => {
  const detail = await runFailing(`yes 'a line' | head -n 10000 >&2`);
  expect(detail).toMatch(/^git x ended with 1: a line\n/);
  expect(detail.length).toBeGreaterThan(8100);
  expect(detail.length).toBeLessThan(8250);
  expect(await runFailing(`echo '${SECRET}' >&2`)).toBe('git x ended with 1: [secret]');
});

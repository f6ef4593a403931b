import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '..');
const pack = (...args: string[]) => run(process.execPath, [path.join(root, 'scripts/pack-cli.ts'), ...args]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pack-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('packs the command line as one package without dependencies, which works in an empty folder', async () => {
  const { stdout } = await pack('--name', '@company/cmap', '--out', path.join(folder, 'packed'));
  const tarball = stdout.trim();
  expect(path.basename(tarball)).toMatch(/^company-cmap-\d+\.\d+\.\d+\.tgz$/);
  expect((await stat(tarball)).size).toBeLessThan(3 * 1024 ** 2);

  await writeFile(path.join(folder, 'package.json'), '{}');
  const npm = ['install', '--offline', '--no-audit', '--no-fund', '--cache', path.join(folder, 'cache'), tarball];
  await run('npm', npm, { cwd: folder });
  await writeFile(path.join(folder, 'cmap.yaml'), 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n');
  const cmap = (...args: string[]) =>
    run(process.execPath, [path.join(folder, 'node_modules/@company/cmap/lib/bin.js'), ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'] },
    });
  expect((await cmap('--version')).stdout).toMatch(/^cmap \d+\.\d+\.\d+/);
  expect((await cmap('validate', 'cmap.yaml')).stdout).toContain('cmap.yaml');
  expect(JSON.parse((await cmap('render-json', 'cmap.yaml')).stdout)).toMatchObject({
    mappings: { PROJ: { repo: 'group/app' } },
  });
  expect((await run(path.join(folder, 'node_modules/.bin/cmap'), ['schema'], { cwd: folder })).stdout).toContain(
    '$schema',
  );
});

it('says in the packed command line where a model can be tried, with commands to paste', async () => {
  const { stdout } = await pack('--name', '@company/cmap', '--out', path.join(folder, 'packed'));
  const empty = path.join(folder, 'empty');
  await mkdir(empty);
  await writeFile(path.join(empty, 'package.json'), '{}');
  const npm = ['install', '--offline', '--no-audit', '--no-fund', '--cache', path.join(folder, 'cache'), stdout.trim()];
  await run('npm', npm, { cwd: empty });
  const cmap = path.join(empty, 'node_modules/@company/cmap/lib/bin.js');
  const env = { PATH: process.env['PATH'] };
  await expect(run(process.execPath, [cmap, 'replay', 'PROJ-12'], { cwd: empty, env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--entrypoint cmap \\\n    "$REGISTRY/cmap-runner:'),
  });
  await expect(run(process.execPath, [cmap, 'eval', '--only', 'js-1'], { cwd: empty, env })).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^cmap: eval needs the Copilot runtime, .*\n {2}docker run --rm --env-file .env --entrypoint cmap \\\n {4}"\$REGISTRY\/cmap-runner:\S+" eval --only js-1\n {2}npm ci && npx cmap eval --only js-1\n$/,
    ),
  });
});

it('takes no name that belongs to others', async () => {
  await expect(pack('--name', 'cmap', '--out', folder)).rejects.toMatchObject({
    stderr: expect.stringContaining('The name needs a scope, such as @company/cmap; it is "cmap"'),
  });
});

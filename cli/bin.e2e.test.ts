import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const SOURCES = fileURLToPath(new URL('bin.ts', import.meta.url));
const BUNDLE = inject('programs').cli;
const GOOD = 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n';
let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'cmap-bin-'));
  writeFileSync(path.join(directory, 'cmap.yaml'), GOOD);
  writeFileSync(path.join(directory, 'bad.yaml'), GOOD.replace('group/app', 'app'));
  const lines = Array.from(
    { length: 5000 },
    (_, index) => `  - jira_project: P${index}\n    repo: group/a-rather-long-name-${index}\n`,
  );
  writeFileSync(path.join(directory, 'large.yaml'), `bindings:\n${lines.join('')}`);
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface RunOptions {
  program?: string;
  env?: Record<string, string>;
  /** Closes the reading end of standard output after the first piece. */
  closeEarly?: boolean;
}

async function cmap(args: string[], { program = BUNDLE, env = {}, closeEarly = false }: RunOptions = {}) {
  const child = spawn(process.execPath, [program, ...args], { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    stdout += piece;
    if (closeEarly) child.stdout.destroy();
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    stderr += piece;
  });
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  return { exitCode, stdout, stderr };
}

describe('cmap as a process', () => {
  it('keeps answers on stdout and problems on stderr, with an exit code for each ending', async () => {
    const [good, bad, wrong, missing] = await Promise.all([
      cmap(['validate', 'cmap.yaml']),
      cmap(['validate', 'bad.yaml']),
      cmap(['frobnicate']),
      cmap(['validate', 'none.yaml']),
    ]);

    expect(good).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('cmap.yaml: 1 binding, no problems'),
      stderr: '',
    });
    expect(bad).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringMatching(/^bad\.yaml:3:11: binding 1 \(PROJ\): repo .*\nbad\.yaml: 1 problem\n$/),
    });
    expect(wrong).toEqual({ exitCode: 2, stdout: '', stderr: 'cmap: unknown command "frobnicate"; see cmap --help\n' });
    expect(missing).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'cmap: none.yaml: no such file; `cmap init` writes a first one\n',
    });
  });

  it('names commands as npx started them here', async () => {
    const env = { npm_lifecycle_event: 'npx', npm_package_name: 'cmap', npm_lifecycle_script: 'cmap' };
    expect((await cmap(['validate', 'none.yaml'], { env })).stderr).toBe(
      'cmap: none.yaml: no such file; `npx cmap init` writes a first one\n',
    );
  });

  it('explains a folder in place of a file', async () => {
    expect(await cmap(['show', '.'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: 'cmap: .: this is a folder; name the file in it\n',
    });
  });

  it('reads credentials from its environment', async () => {
    expect((await cmap(['validate', 'cmap.yaml', '--check-env'], { env: { GITLAB_TOKEN: 'x' } })).exitCode).toBe(0);
    expect((await cmap(['validate', 'cmap.yaml', '--check-env'])).stderr).toContain('GITLAB_TOKEN is not set');
  });

  it('prints every line of a long answer into a pipe, without colours', async () => {
    const { exitCode, stdout } = await cmap(['show', 'large.yaml']);

    expect(exitCode).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(5001);
    expect(stdout).not.toContain('\u001B');
  });

  it('is quiet when the reader closes the pipe early', async () => {
    expect(await cmap(['show', 'large.yaml'], { closeEarly: true })).toMatchObject({ exitCode: 0, stderr: '' });
  });

  it('writes, copies and replaces real files', async () => {
    const args = ['init', 'new.yaml', '--repo', 'group/app', '--yes'];
    expect((await cmap([...args, '--jira-project', 'ONE'])).exitCode).toBe(0);
    const first = readFileSync(path.join(directory, 'new.yaml'), 'utf8');
    expect((await cmap([...args, '--jira-project', 'OTHER'])).exitCode).toBe(0);

    const files = readdirSync(directory).filter((file) => file.startsWith('new.yaml'));
    expect(files).toEqual(['new.yaml', expect.stringMatching(/^new\.yaml\..*Z\.bak$/)]);
    expect(readFileSync(path.join(directory, files[1] ?? ''), 'utf8')).toBe(first);
    expect(readFileSync(path.join(directory, 'new.yaml'), 'utf8')).toBe(
      `${first}  - jira_project: OTHER\n    repo: group/app\n`,
    );
    expect(await cmap(['init', 'no/such/folder.yaml', '--repo', 'a/b', '--jira-project', 'ONE'])).toMatchObject({
      exitCode: 2,
      stderr: 'cmap: no/such/folder.yaml was not written: there is no such folder\n',
    });
  });

  it('works from its sources', async () => {
    const program = SOURCES;
    const [validated, rendered, written] = await Promise.all([
      cmap(['validate', 'cmap.yaml'], { program }),
      cmap(['render-json', 'cmap.yaml'], { program }),
      cmap(['init', '--dry-run', '--jira-project', 'PROJ', '--repo', 'group/app'], { program }),
    ]);

    expect(validated.exitCode).toBe(0);
    expect(JSON.parse(rendered.stdout)).toMatchObject({ mappings: { PROJ: { repo: 'group/app' } } });
    expect(written.stdout).toContain('jira_project: PROJ');
  });
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { createMemoryIO, type MemoryIOOptions } from '../../../test/doubles/memory-io.ts';
import { runProgram } from '../../program.ts';

let clone: string;

beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'cmap-init-'));
});

afterEach(() => {
  rmSync(clone, { recursive: true, force: true });
});

function git(...args: string[]): void {
  execFileSync('git', args, {
    cwd: clone,
    env: { PATH: process.env['PATH'], HOME: clone, GIT_CONFIG_NOSYSTEM: '1' },
    stdio: 'pipe',
  });
}

function aClone(url = 'git@gitlab.example.com:group/sub/service-a.git', defaultBranch?: string): void {
  git('init', '--quiet');
  git('remote', 'add', 'origin', url);
  if (defaultBranch) git('symbolic-ref', 'refs/remotes/origin/HEAD', `refs/remotes/origin/${defaultBranch}`);
}

async function init(args: string[], options: MemoryIOOptions = {}) {
  const io = createMemoryIO({ cwd: clone, ...options });
  const exitCode = await runProgram(['init', ...args], io);
  return { exitCode, io, file: io.files.get('cmap.yaml') };
}

const HEAD = '# yaml-language-server: $schema=./cmap.schema.json\n';
const EXISTING =
  '# ours\nbindings:\n  - jira_project: PROJ\n    repo: group/sub/service-a\n    target_branch: develop\n';

describe('init', () => {
  it('writes a binding for the clone from one option', async () => {
    aClone();

    const { exitCode, file, io } = await init(['--jira-project', 'PROJ']);

    expect(exitCode).toBe(0);
    expect(file).toBe(`${HEAD}bindings:\n  - jira_project: PROJ\n    repo: group/sub/service-a\n`);
    expect(io.stdout).toContain('PROJ -> group/sub/service-a, branch main, credential default (GITLAB_TOKEN)');
    expect(await runProgram(['validate', 'cmap.yaml'], io)).toBe(0);
  });

  it('binds the repository without a Jira project where reviews only are wanted, and finds it again', async () => {
    aClone(undefined, 'trunk');

    const { exitCode, file, io } = await init(['--reviews-only']);

    expect(exitCode).toBe(0);
    expect(file).toBe(`${HEAD}bindings:\n  - repo: group/sub/service-a\n`);
    expect(io.stdout).toContain(
      'group/sub/service-a, without a Jira project: reviews and answers only, credential default (GITLAB_TOKEN)',
    );
    expect(await runProgram(['validate', 'cmap.yaml'], io)).toBe(0);
    const again = await init(['--credential-ref', 'team_a', '--yes'], { files: { 'cmap.yaml': file ?? '' } });
    expect(again.file).toBe(`${HEAD}bindings:\n  - repo: group/sub/service-a\n    credential_ref: team_a\n`);
  });

  it.each([
    {
      args: ['--reviews-only', '--jira-project', 'PROJ'],
      stderr:
        'cmap: --reviews-only binds the repository without a Jira project; leave out --jira-project and --target-branch\n',
    },
  ])('refuses $args', async ({ args, stderr }) => {
    aClone();
    const { exitCode, io } = await init(args);
    expect({ exitCode, stderr: io.stderr }).toEqual({ exitCode: 2, stderr });
  });

  it('works from a folder inside the clone and takes the default branch of the remote', async () => {
    aClone(undefined, 'trunk');
    mkdirSync(path.join(clone, 'src'));

    const { file } = await init(['--jira-project', 'PROJ'], { cwd: path.join(clone, 'src') });

    expect(file).toContain('    target_branch: trunk\n');
  });

  it('takes the GitLab of the environment for the right one', async () => {
    aClone('https://example.com/gitlab/group/app.git');

    const { file } = await init(['--jira-project', 'PROJ'], { env: { GITLAB_URL: 'https://example.com/gitlab' } });

    expect(file).toContain('repo: group/app\n');
  });

  it('lets options win over the clone', async () => {
    aClone(undefined, 'trunk');

    const { file } = await init([
      '--jira-project',
      'OPS',
      '--repo',
      'other/repo',
      '--target-branch',
      'main',
      '--credential-ref',
      'Team_A',
    ]);

    expect(file).toBe(`${HEAD}bindings:\n  - jira_project: OPS\n    repo: other/repo\n    credential_ref: Team_A\n`);
  });

  it('never writes a password that stands in the remote', async () => {
    aClone('https://oauth2:not-a-real-secret@gitlab.example.com/group/app.git');

    const { file, io } = await init(['--jira-project', 'PROJ', '--json']);

    expect(file).toContain('repo: group/app\n');
    expect(io.stdout + io.stderr + file).not.toContain('not-a-real-secret');
  });

  it.each([
    {
      name: 'no Jira project',
      clone: true,
      args: [],
      stderr:
        'which Jira project? Name it with --jira-project PROJ, or bind the repository without one by --reviews-only',
    },
    {
      name: 'no repository',
      clone: false,
      args: ['--jira-project', 'PROJ'],
      stderr: 'no GitLab remote was found here; name the repository with --repo group/app',
    },
    {
      name: 'a bad Jira project',
      clone: true,
      args: ['--jira-project', 'proj'],
      stderr: '--jira-project must be a Jira project key in capitals such as PROJ',
    },
    {
      name: 'a bad repository',
      clone: true,
      args: ['--jira-project', 'PROJ', '--repo', 'x'],
      stderr: '--repo must be the path of a GitLab repository such as group/repo or group/subgroup/repo',
    },
    {
      name: 'a token',
      clone: true,
      args: ['--jira-project', 'PROJ', '--credential-ref', 'glpat-0123456789abcdef'],
      stderr: '--credential-ref looks like a token; tokens never belong into this file',
    },
  ])('refuses $name with one line', async ({ clone: hasClone, args, stderr }) => {
    if (hasClone) aClone();

    const { exitCode, io, file } = await init(args);

    expect({ exitCode, stderr: io.stderr, file }).toEqual({
      exitCode: 2,
      stderr: `cmap: ${stderr}\n`,
      file: undefined,
    });
  });

  it.each([
    [
      'git@github.com:owner/app.git',
      'the remote origin is github.com/owner/app, which is GitHub; cmap works with GitLab',
    ],
    ['https://bitbucket.org/owner/app.git', 'the remote origin is bitbucket.org/owner/app, which is Bitbucket;'],
  ])('says of the remote %s what it is', async (url, says) => {
    aClone(url);
    const { exitCode, io, file } = await init(['--jira-project', 'PROJ']);

    expect(exitCode).toBe(2);
    expect(io.stderr).toContain(says);
    expect(file).toBeUndefined();
  });

  it('prints the file and writes nothing with --dry-run', async () => {
    aClone();

    const { exitCode, io, file } = await init(['--jira-project', 'PROJ', '--dry-run']);

    expect(exitCode).toBe(0);
    expect(io.stdout).toBe(`${HEAD}bindings:\n  - jira_project: PROJ\n    repo: group/sub/service-a\n`);
    expect(file).toBeUndefined();
  });

  describe('on a terminal', () => {
    it('asks, proposing what it knows', async () => {
      aClone(undefined, 'trunk');

      const { file, io } = await init([], { isInteractive: true, answers: ['=', '=', '=', '='] });

      expect(file).toBe(
        `${HEAD}bindings:\n  - jira_project: SERVICEA\n    repo: group/sub/service-a\n    target_branch: trunk\n`,
      );
      expect(io.questions).toHaveLength(4);
    });

    it('asks only for what no option says, and takes other answers', async () => {
      aClone();

      const { file, io } = await init(['--jira-project', 'PROJ'], {
        isInteractive: true,
        answers: ['other/repo', 'develop', 'team_a'],
      });

      expect(io.questions).toEqual([
        'The GitLab repository',
        'The branch merge requests go to',
        'The name of the GitLab credential',
      ]);
      expect(file).toBe(
        `${HEAD}bindings:\n  - jira_project: PROJ\n    repo: other/repo\n    target_branch: develop\n    credential_ref: team_a\n`,
      );
    });

    it.each([0, 1, 2, 3])('writes nothing when cancelled at question %i', async (index) => {
      aClone();

      const { exitCode, file } = await init([], { isInteractive: true, answers: Array(index).fill('=') });

      expect({ exitCode, file }).toEqual({ exitCode: 0, file: undefined });
    });

    it('keeps an existing file on a no, byte for byte and without a copy', async () => {
      aClone();

      const { exitCode, io } = await init(['--jira-project', 'OPS'], {
        isInteractive: true,
        files: { 'cmap.yaml': EXISTING },
        answers: ['=', '=', '=', false],
      });

      expect(exitCode).toBe(0);
      expect(Object.fromEntries(io.files)).toEqual({ 'cmap.yaml': EXISTING });
      expect(io.stdout).toContain('nothing was written');
    });

    it('proposes the values of the existing binding and changes it on a yes', async () => {
      aClone(undefined, 'trunk');

      const { io, file } = await init([], {
        isInteractive: true,
        files: { 'cmap.yaml': EXISTING },
        answers: ['=', '=', '=', 'team_a', true],
      });

      expect(file).toBe(`${EXISTING}    credential_ref: team_a\n`);
      expect([...io.files.values()]).toContain(EXISTING);
    });
  });

  describe('with an existing file', () => {
    it('adds a binding, keeps a copy with the time, and says how to go back', async () => {
      aClone();

      const { exitCode, io, file } = await init(['--jira-project', 'OPS', '--yes'], {
        files: { 'cmap.yaml': EXISTING },
      });

      expect(exitCode).toBe(0);
      expect(file).toBe(`${EXISTING}  - jira_project: OPS\n    repo: group/sub/service-a\n`);
      expect(io.files.get('cmap.yaml.2026-01-31T10-20-30-123Z.bak')).toBe(EXISTING);
      expect(io.stdout).toContain('mv cmap.yaml.2026-01-31T10-20-30-123Z.bak cmap.yaml');
    });

    it('leaves out a credential that the defaults name in another spelling', async () => {
      aClone();
      const withDefaults = `defaults:\n  credential_ref: team_a\n${EXISTING}`;

      const { exitCode, file } = await init(['--jira-project', 'OPS', '--credential-ref', 'Team-A', '--yes'], {
        files: { 'cmap.yaml': withDefaults },
      });

      expect(exitCode).toBe(0);
      expect(file).toBe(`${withDefaults}  - jira_project: OPS\n    repo: group/sub/service-a\n`);
    });

    it('leaves a file alone that says it all already', async () => {
      aClone(undefined, 'trunk');

      const { io } = await init(['--jira-project', 'PROJ', '--yes'], { files: { 'cmap.yaml': EXISTING } });

      expect(Object.fromEntries(io.files)).toEqual({ 'cmap.yaml': EXISTING });
    });

    it('asks for --yes where no terminal can be asked on', async () => {
      aClone();

      const { exitCode, io } = await init(['--jira-project', 'OPS'], { files: { 'cmap.yaml': EXISTING } });

      expect(exitCode).toBe(2);
      expect(io.stderr).toBe(
        'cmap: cmap.yaml is there already; --yes changes it and keeps a copy, --dry-run shows the result\n',
      );
      expect(Object.fromEntries(io.files)).toEqual({ 'cmap.yaml': EXISTING });
    });

    it('does not touch a file with problems', async () => {
      aClone();

      const { exitCode, io, file } = await init(['--jira-project', 'OPS', '--yes'], {
        files: { 'cmap.yaml': 'bindings: 3\n' },
      });

      expect({ exitCode, file }).toEqual({ exitCode: 1, file: 'bindings: 3\n' });
      expect(io.stderr).toContain('cmap.yaml:1:11: file: bindings must be a list');
    });
  });
});

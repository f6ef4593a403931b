import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { Git, Remote } from '../runner-container/git/git.ts';
import { formatFastImport, type NewCommit } from '../sandbox/gitlab/git/fast-import.ts';
import { systemClock } from '../shared/kernel/clock.ts';

/** A bare repository in a temporary directory and ways to be the people who push to it. */
export interface RemoteRepository {
  /** The temporary directory that holds everything; `remove()` deletes it. */
  directory: string;
  bare: string;
  remote: Remote;
  /** Commits files (`null` deletes) on a branch as a person would and resolves with the sha. */
  push(branch: string, files: NewCommit['files'], message?: string): string;
  /** Replaces the branch by one that starts again at `from`. */
  rewrite(branch: string, from: string, files: Record<string, string | null>): string;
  /** Deletes a branch. */
  drop(branch: string): void;
  sha(ref: string): string;
  show(ref: string, file: string): string;
  log(ref: string): string[];
  remove(): void;
}

/** Files of an ordinary small repository. */
export const SMALL_REPOSITORY: Record<string, string> = {
  'README.md': '# App\n',
  'package.json': '{"name":"app"}\n',
  'src/greet.js': "export const greet = (name) => 'Hello ' + name;\n",
  'src/sum.js': 'export const sum = (a, b) => a + b;\n',
  '.gitlab-ci.yml': 'test:\n  script: npm test\n',
};

/** Makes a bare repository whose `main` has the given files; without files it stays empty. */
export function makeRemoteRepository(
  files: Record<string, string | Buffer | null> = SMALL_REPOSITORY,
): RemoteRepository {
  const directory = mkdtempSync(path.join(tmpdir(), 'cmap-git-'));
  const bare = path.join(directory, 'group', 'app.git');
  if (files !== SMALL_REPOSITORY) return makeRepository(directory, bare, files);
  small ??= makeSmallRepository();
  cpSync(small, bare, { recursive: true });
  return operate(directory, bare);
}

/** The small repository is wanted by nearly every test: made once, and copied. */
let small: string | undefined;

function makeSmallRepository(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'cmap-git-small-'));
  return makeRepository(directory, path.join(directory, 'app.git'), SMALL_REPOSITORY).bare;
}

function makeRepository(
  directory: string,
  bare: string,
  files: Record<string, string | Buffer | null>,
): RemoteRepository {
  mkdirSync(bare, { recursive: true });
  git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
  // What GitLab allows: commits may be fetched by id, and a push over HTTP is decided by the server.
  git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  git(bare, 'config', 'http.receivepack', 'true');
  git(bare, 'config', 'receive.advertisePushOptions', 'true');
  const repository = operate(directory, bare);
  if (Object.keys(files).length > 0) repository.push('main', files, 'First commit');
  return repository;
}

/** Git as the product uses it, for repositories on this machine. */
export function makeGit(directory: string, overrides: Partial<Git> = {}): Git {
  const homeDirectory = mkdtempSync(path.join(directory, 'home-'));
  return {
    clock: systemClock,
    environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
    homeDirectory,
    allowedProtocols: ['file', 'http'],
    ...overrides,
  };
}

/** Runs git as a person would and answers its output. */
export function git(cwd: string, ...args: string[]): string {
  return runGit(cwd, args, {});
}

function runGit(cwd: string, args: string[], { input = '' }: { input?: string | Buffer }): string {
  return execFileSync('git', args, {
    cwd,
    env: PERSON,
    encoding: 'utf8',
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 256 * 1024 * 1024,
  }).trimEnd();
}

const PERSON = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Pat Person',
  GIT_AUTHOR_EMAIL: 'pat@example.com',
  GIT_COMMITTER_NAME: 'Pat Person',
  GIT_COMMITTER_EMAIL: 'pat@example.com',
  GIT_CONFIG_COUNT: '3',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
  GIT_CONFIG_KEY_1: 'safe.directory',
  GIT_CONFIG_VALUE_1: '*',
  GIT_CONFIG_KEY_2: 'gc.auto',
  GIT_CONFIG_VALUE_2: '0',
};

function operate(directory: string, bare: string): RemoteRepository {
  const shaOf = (branch: string) => {
    const file = path.join(bare, 'refs', 'heads', branch);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  };
  /** Straight into the bare repository, by one process: a clone, a commit and a push take eight. */
  const commit = (branch: string, from: string | undefined, files: NewCommit['files'], message: string) => {
    const parent = from ? git(bare, 'rev-parse', `${from}^{commit}`) : (shaOf(branch) ?? shaOf('main'));
    const author = { name: PERSON.GIT_AUTHOR_NAME, email: PERSON.GIT_AUTHOR_EMAIL };
    const input = formatFastImport({ branch, message: `${message}\n`, parent, author, at: Date.now(), files });
    runGit(bare, ['fast-import', '--quiet', '--force', '--date-format=raw'], { input });
    const sha = shaOf(branch);
    if (sha === undefined) throw new Error(`git made no branch ${branch}`);
    return sha;
  };
  return {
    directory,
    bare,
    remote: { cloneUrl: `file://${bare}` },
    push: (branch, files, message = 'A change by a person') => commit(branch, undefined, files, message),
    rewrite: (branch, from, files) => commit(branch, from, files, 'A rewritten change'),
    drop: (branch) => void git(bare, 'update-ref', '-d', `refs/heads/${branch}`),
    sha: (ref) => git(bare, 'rev-parse', ref),
    show: (ref, file) => git(bare, 'show', `${ref}:${file}`),
    log: (ref) => git(bare, 'log', '--format=%s', ref).split('\n'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { readPatch } from '../shadow/read-patch.ts';
import { findRefusedCommit } from './find-refused-commit.ts';

const signal = new AbortController().signal;
const TOKEN = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');
const KEY = ['-----BEGIN', 'RSA PRIVATE KEY-----'].join(' ');
const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app' });
const deps = {
  settings: aRunnerSettings(),
  isolation: { kind: 'none' as const, reason: 'a test' },
  clock: systemClock,
  validateSecretFor: async () => new Secret('not-asked-for'),
  redact: (text: string) => text,
  maskWritten: createRedactor().maskWritten,
};
const toCommit = () => ({ binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'Greet', body: '' });

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

/** The work tree of a session that has left these files, and what is kept of it. */
async function keep(leave: (tree: string) => void, { isCommitted = false } = {}) {
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const { headSha, targetSha } = await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
  leave(workspace.tree);
  const state = { base: headSha, objects: new Set<string>() };
  const commit = isCommitted ? (await commitWork(repository, toCommit(), deps, signal)).sha : undefined;
  const request = { repository, binding, targetSha, deps, describe: toCommit, state: { ...state, commit } };
  const refused = await findRefusedCommit(request, signal);
  const sha = refused.commit?.sha;
  const { text } = sha === undefined ? { text: '' } : await readPatch(repository, sha, deps, signal);
  return { ...refused, rules: refused.violations.map(({ rule }) => rule), text };
}

const write = (tree: string, name: string, text: string) => {
  mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
  writeFileSync(path.join(tree, name), text);
};

it('keeps all of the work where it may be read, and finds all that is against it', async () => {
  const { rules, text, isWhole, remarks } = await keep((tree) => {
    write(tree, '.gitlab-ci.yml', 'test: {}\n');
    write(tree, 'src/new.js', 'x\n');
    write(tree, 'README.MD', 'x\n');
  });
  expect(rules.toSorted()).toEqual(['path-collision', 'protected-path']);
  expect(text).toContain('+++ b/src/new.js');
  expect(text).toContain('+++ b/.gitlab-ci.yml');
  expect([isWhole, remarks]).toEqual([true, []]);
});

it('masks what it can, and leaves out what it cannot', async () => {
  const { text, isWhole, remarks, rules } = await keep(
    (tree) => {
      write(tree, 'src/a.js', `const token = '${TOKEN}';\nexport const a = 1;\n`);
      write(tree, 'src/key.js', `${KEY}\nMIIEpAIBAAKCAQEAx7Yq2mNp4RsT6vWz8AbCx7Yq2mNp4RsT6vWz8AbC\n`);
      write(tree, `${TOKEN}.txt`, 'x\n');
      writeFileSync(path.join(tree, 'wide.txt'), Buffer.from(`\ufefftoken=${TOKEN}\n`, 'utf16le'));
      write(tree, 'src/b.js', 'export const b = 2;\n');
    },
    { isCommitted: true },
  );
  expect(rules).toContain('secret');
  expect(text).toContain('+export const a = 1;');
  expect(text).toContain('+export const b = 2;');
  expect(text).not.toContain(TOKEN);
  expect(text).not.toContain('MIIEpAIBAAKCAQEA');
  expect(text).not.toContain('wide.txt');
  expect(remarks.join('\n')).toContain('`wide.txt`');
  expect(remarks.join('\n')).not.toContain(TOKEN);
  expect(isWhole).toBe(false);
});

it('reads no pipe and no file without end, follows no link and takes in no other repository', async () => {
  const { text, rules, remarks, isWhole } = await keep((tree) => {
    rmSync(path.join(tree, 'src/sum.js'));
    execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', path.join(tree, 'src/sum.js')]);
    write(tree, 'big.bin', '');
    truncateSync(path.join(tree, 'big.bin'), 50 * 2 ** 30);
    symlinkSync('/etc/passwd', path.join(tree, 'users'));
    execFileSync('git', ['init', '-q', path.join(tree, 'lib')]);
    write(tree, 'lib/x.js', 'x\n');
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    execFileSync('git', ['-C', path.join(tree, 'lib'), ...who, 'commit', '-q', '--allow-empty', '-m', 'x']);
    write(tree, 'src/b.js', 'export const b = 2;\n');
  });
  expect(rules).toEqual(
    expect.arrayContaining(['special-file', 'file-too-large', 'link-leaves-repository', 'submodule']),
  );
  expect(text.match(/^\+\+\+ .*/gm)).toEqual(['+++ b/src/b.js']);
  for (const name of ['src/sum.js', 'big.bin', 'users', 'lib']) expect(remarks.join('\n')).toContain(`\`${name}`);
  expect(isWhole).toBe(false);
});

it.each([
  {
    name: 'each file may only be named',
    leave: (tree: string) => symlinkSync('/etc/passwd', path.join(tree, 'users')),
    why: 'each file that was changed is one of those that may only be named, by what is said above',
    rule: 'link-leaves-repository',
  },
  {
    name: 'a path is longer than the system opens',
    leave: (tree: string) => makeDeep(tree, 'd'.repeat(200), 20),
    why: 'it has paths that are longer than the system opens',
    rule: 'too-many-files',
  },
  {
    name: 'a pipe stands where git reads a file',
    leave: (tree: string) => execFileSync('/bin/sh', ['-c', 'mkfifo "$1"', 'sh', path.join(tree, '.gitignore')]),
    why: 'a pipe or a device stands in it where git reads a file such as `.gitignore`',
    rule: 'too-many-files',
  },
])('keeps nothing where $name, and says so', async ({ leave, why, rule }) => {
  const { commit, whyNone, remarks, rules } = await keep((tree) => void leave(tree));
  expect(commit).toBeUndefined();
  expect([whyNone, remarks]).toEqual([why, []]);
  expect(rules).toEqual([rule]);
});

it('keeps what could be listed of too many files, and never as the whole', async () => {
  const { commit, isWhole, remarks, rules } = await keep((tree) => {
    for (let file = 0; file <= 5000; file += 1) write(tree, `many/${file}.txt`, '');
  });
  expect(commit).toBeDefined();
  expect(isWhole).toBe(false);
  expect(remarks).toEqual(['Not in it: files beyond those that could be listed']);
  expect(rules).toContain('too-many-files');
});

/** By steps, because no call takes the whole path. */
function makeDeep(tree: string, name: string, depth: number): void {
  execFileSync('/bin/sh', ['-c', 'for i in $(seq "$2"); do mkdir "$1" && cd "$1"; done', 'sh', name, `${depth}`], {
    cwd: tree,
  });
}

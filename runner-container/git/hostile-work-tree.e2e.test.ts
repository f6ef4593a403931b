import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { BUILT_IN_DEFAULTS } from '../../shared/domain/mapping/defaults.ts';
import { explainSkip } from '../../test/explain-skip.ts';
import {
  git,
  makeGit,
  makeRemoteRepository,
  type RemoteRepository,
  SMALL_REPOSITORY,
} from '../../test/git-repositories.ts';
import { toChangePolicy } from '../gate/change-policy.ts';
import { checkChange } from '../gate/check-change.ts';
import { describeLeftOut } from '../perform/delivery/describe-left-out.ts';
import { assignTo } from '../workspace/workspace.ts';
import type { ChangeList } from './change.ts';
import { checkoutWorkBranch } from './checkout-work-branch.ts';
import { cloneRepository } from './clone-repository.ts';
import { commitChanges } from './commit-changes.ts';
import { diffRange } from './diff-range.ts';
import { exportCommit } from './export-commit.ts';
import type { Repository } from './git.ts';
import { listChanges } from './list-changes.ts';
import { listCommittedChanges } from './list-committed-changes.ts';
import { listLeftOut } from './list-left-out.ts';
import { listLfsPaths } from './list-lfs-paths.ts';
import { countAddedBytes, readAddedText } from './read-added-text.ts';

const signal = new AbortController().signal;
const policy = toChangePolicy({
  limits: BUILT_IN_DEFAULTS.limits,
  protectedPaths: ['.gitlab-ci.yml', '**/.gitattributes'],
});

let remote: RemoteRepository;
let repository: Repository;
let bait: string;

beforeEach(async () => {
  await prepare();
});
afterEach(() => remote.remove());

async function prepare(files: Record<string, string | Buffer> = SMALL_REPOSITORY) {
  remote = makeRemoteRepository(files);
  bait = path.join(remote.directory, 'ran');
  repository = await cloneRepository(
    makeGit(remote.directory),
    {
      remote: remote.remote,
      gitDir: path.join(remote.directory, 'git'),
      workTree: path.join(remote.directory, 'tree'),
      branch: 'main',
    },
    signal,
  );
  await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
}

const inTree = (...names: string[]) => path.join(repository.workTree, ...names);

function makePipe(file: string): void {
  execFileSync('sh', ['-c', 'mkfifo "$0"', file]);
}

function write(files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(inTree(name)), { recursive: true });
    writeFileSync(inTree(name), content);
  }
}

async function commitAll() {
  const { changes } = await listChanges(repository, signal);
  const message = { subject: 'PROJ-1: x', body: '', trailers: { 'Cmap-Run': 'r' } };
  await commitChanges(repository, { ...message, changes, author: { name: 'cmap', email: 'c@example.com' } }, signal);
  return listCommittedChanges(repository, 'refs/heads/main', 'HEAD', signal);
}

async function rulesOf(list: ChangeList): Promise<string[]> {
  const result = checkChange(list, policy);
  return result.kind === 'passed' ? [] : [...new Set(result.violations.map(({ rule }) => rule))];
}

describe('programs the work tree names do not run', () => {
  const trap = () => `touch ${bait}; cat`;

  it('filters, textconv, diff and merge drivers of .gitattributes', async () => {
    write({
      '.gitattributes': '* filter=trap diff=trap merge=trap\n*.md -diff\n',
      'src/a.txt': 'a\n',
      'README.md': '# Changed\n',
    });
    // An agent's own repository configures the drivers; the runner's never reads it.
    git(repository.workTree, 'init', '--quiet');
    for (const key of [
      'filter.trap.clean',
      'filter.trap.smudge',
      'filter.trap.process',
      'diff.trap.textconv',
      'diff.trap.command',
      'merge.trap.driver',
    ]) {
      git(repository.workTree, 'config', key, trap());
    }

    await commitAll();
    const diff = await diffRange(repository, { from: 'refs/heads/main', to: 'HEAD' }, signal);
    await readAddedText(repository, 'refs/heads/main', 'HEAD', signal);

    expect(existsSync(bait)).toBe(false);
    git(repository.workTree, 'add', '-A');
    expect(existsSync(bait), 'the trap works').toBe(true);
    // `-diff` would hide the file from a review.
    expect(diff.text).toContain('+# Changed');
  });

  it('hooks and a file system monitor of a .git the agent made', async () => {
    git(repository.workTree, 'init', '--quiet');
    git(repository.workTree, 'config', 'core.fsmonitor', trap());
    for (const hook of [
      'pre-commit',
      'commit-msg',
      'post-commit',
      'post-checkout',
      'pre-push',
      'post-index-change',
      'reference-transaction',
    ]) {
      writeFileSync(inTree('.git', 'hooks', hook), `#!/bin/sh\ntouch ${bait}\n`, { mode: 0o755 });
    }
    write({ 'a.txt': 'a\n' });

    const { changes } = await commitAll();

    expect(changes.map((change) => change.path)).toEqual(['a.txt']);
    expect(existsSync(bait)).toBe(false);
    git(repository.workTree, 'status');
    expect(existsSync(bait), 'the trap works').toBe(true);
  });

  it('the configuration of a submodule the agent filled', async () => {
    remote.remove();
    await prepare();
    const sha = git(remote.bare, 'rev-parse', 'main');
    git(remote.directory, '--git-dir', repository.gitDir, 'update-index', '--add', '--cacheinfo', `160000,${sha},lib`);
    const tree = git(remote.directory, '--git-dir', repository.gitDir, 'write-tree');
    const commit = git(remote.directory, '--git-dir', repository.gitDir, 'commit-tree', tree, '-m', 'With a submodule');
    git(remote.directory, '--git-dir', repository.gitDir, 'update-ref', 'HEAD', commit);
    mkdirSync(inTree('lib'));
    git(inTree('lib'), 'init', '--quiet');
    writeFileSync(inTree('lib', '.gitattributes'), '* filter=trap\n');
    writeFileSync(inTree('lib', 'x'), 'x\n');
    git(inTree('lib'), 'add', '-A');
    git(inTree('lib'), 'commit', '--quiet', '-m', 'x');
    git(inTree('lib'), 'config', 'filter.trap.clean', trap());
    git(inTree('lib'), 'config', 'core.fsmonitor', trap());
    writeFileSync(inTree('lib', 'x'), 'y\n');
    write({ 'a.txt': 'a\n' });

    const { changes } = await listChanges(repository, signal);
    await commitChanges(
      repository,
      { subject: 's', body: '', trailers: {}, changes, author: { name: 'c', email: 'c@example.com' } },
      signal,
    );

    expect(changes.map((change) => change.path)).toEqual(['a.txt']);
    expect(existsSync(bait)).toBe(false);
    git(inTree('lib'), 'status');
    expect(existsSync(bait), 'the trap works').toBe(true);
  });
});

describe('what the agent left is named for what it is', () => {
  it('a directory that became a link to somewhere else is a link, and nothing behind it is read', async () => {
    rmSync(inTree('src'), { recursive: true });
    symlinkSync('/etc', inTree('src'));

    const work = await listChanges(repository, signal);
    const committed = await commitAll();

    for (const list of [work, committed]) {
      expect(list.changes.find((change) => change.path === 'src')).toMatchObject({
        entry: 'symlink',
        linkTarget: '/etc',
      });
      expect(list.changes.map((change) => change.path).sort()).toEqual(['src', 'src/greet.js', 'src/sum.js']);
      expect(await rulesOf(list)).toEqual(['link-leaves-repository']);
    }
  });

  it.each([
    { name: 'files in it', make: (folder: string) => writeFileSync(path.join(folder, 'x.c'), 'x') },
    {
      name: 'a file in its place',
      make: (folder: string) => {
        rmSync(folder, { recursive: true, force: true });
        writeFileSync(folder, 'x');
      },
    },
  ])('the directory of a submodule with $name is left out, and that is said', async ({ make }) => {
    const sha = remote.sha('main');
    git(remote.directory, '--git-dir', repository.gitDir, 'update-index', '--add', '--cacheinfo', `160000,${sha},lib`);
    const tree = git(remote.directory, '--git-dir', repository.gitDir, 'write-tree');
    const commit = git(remote.directory, '--git-dir', repository.gitDir, 'commit-tree', tree, '-m', 'With a submodule');
    git(remote.directory, '--git-dir', repository.gitDir, 'update-ref', 'HEAD', commit);
    mkdirSync(inTree('lib'));
    expect(await listLeftOut(repository, await listChanges(repository, signal), signal)).toEqual([]);

    make(inTree('lib'));

    expect((await listChanges(repository, signal)).changes).toEqual([]);
    expect(describeLeftOut(await listLeftOut(repository, await listChanges(repository, signal), signal))).toEqual([
      'not in the commit, because it lies in a submodule, which only people change: `lib/`',
    ]);
  });

  it('a repository inside the work tree is a submodule', async () => {
    mkdirSync(inTree('vendor', 'lib'), { recursive: true });
    git(inTree('vendor', 'lib'), 'init', '--quiet');
    writeFileSync(inTree('vendor', 'lib', 'x'), 'x\n');
    git(inTree('vendor', 'lib'), 'add', '-A');
    git(inTree('vendor', 'lib'), 'commit', '--quiet', '-m', 'x');

    const list = await listChanges(repository, signal);

    expect(list.changes).toMatchObject([{ path: 'vendor/lib', entry: 'submodule' }]);
    expect(await rulesOf(list)).toEqual(['submodule']);
  });

  it('a tracked file that became a pipe is neither file nor link', async () => {
    rmSync(inTree('README.md'));
    makePipe(inTree('README.md'));
    const list = await listChanges(repository, signal);
    expect(list.changes).toMatchObject([{ path: 'README.md', entry: expect.stringMatching(/other|none/) }]);
  });

  it.each(['.gitignore', 'src/.gitattributes'])('a pipe at %s does not block', async (name) => {
    makePipe(inTree(name));
    expect(await listChanges(repository, signal)).toMatchObject({ truncated: true });
  });

  it('names with line ends, quotes, leading dashes and magic go through as they are', async () => {
    const names = [
      '--force',
      '-rf',
      ':(top)x',
      '*.js',
      'a "quoted"\tname',
      "it's",
      'line\nend',
      'ünïcode/文件.txt',
      ' leading space',
      'trailing space ',
      'folder /x',
      'tab\t',
    ];
    write(Object.fromEntries(names.map((name) => [name, `${name}\n`])));

    const work = await listChanges(repository, signal);
    const committed = await commitAll();

    for (const list of [work, committed]) {
      expect(list.changes.map((change) => change.path).sort()).toEqual([...names].sort());
      expect(await rulesOf(list)).toEqual(['path-name']);
    }
    const added = await readAddedText(repository, 'refs/heads/main', 'HEAD', signal);
    expect(new Map(added.map((file) => [file.path, file.text]))).toEqual(
      new Map(names.map((name) => [name, `${name}\n`])),
    );
  });

  it('upper and lower case twins are found', async () => {
    write({ 'readme.MD': 'x\n', 'SRC/greet.js': 'x\n' });
    const result = checkChange(await listChanges(repository, signal), policy);
    expect(result).toMatchObject({
      kind: 'refused',
      violations: [
        { rule: 'path-collision', path: 'SRC/greet.js' },
        { rule: 'path-collision', path: 'readme.MD' },
      ],
    });
  });

  it('renames, modes and binaries', async () => {
    remote.remove();
    await prepare({ ...SMALL_REPOSITORY, 'old.bin': Buffer.from([0, 1, 2, 3]) });
    renameSync(inTree('src/greet.js'), inTree('src/hello.js'));
    chmodSync(inTree('src/sum.js'), 0o755);
    renameSync(inTree('old.bin'), inTree('new.bin'));
    write({ 'logo\t.png': Buffer.from([0x89, 0x50, 0, 0, 1]) });

    const { changes } = await commitAll();

    expect(changes).toEqual([
      {
        path: 'logo\t.png',
        kind: 'added',
        entry: 'file',
        content: `file ${blobId(Buffer.from([0x89, 0x50, 0, 0, 1]))}`,
        sizeBytes: 5,
        binary: true,
      },
      {
        path: 'new.bin',
        oldPath: 'old.bin',
        kind: 'renamed',
        entry: 'file',
        content: `file ${blobId(Buffer.from([0, 1, 2, 3]))}`,
        sizeBytes: 4,
        binary: true,
        addedBytes: 0,
      },
      {
        path: 'src/hello.js',
        oldPath: 'src/greet.js',
        kind: 'renamed',
        entry: 'file',
        content: `file ${blobId(SMALL_REPOSITORY['src/greet.js'] ?? '')}`,
        sizeBytes: 48,
        binary: false,
        addedBytes: 0,
      },
      {
        path: 'src/sum.js',
        kind: 'modified',
        entry: 'executable',
        content: `executable ${blobId(SMALL_REPOSITORY['src/sum.js'] ?? '')}`,
        sizeBytes: 36,
        binary: false,
        addedBytes: 0,
      },
    ]);
  });
});

/** As git names content, from gitformat-loose(5). */
function blobId(content: string | Buffer): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest('hex');
}

describe('amounts have a bound', () => {
  it('a file of 50 GB is measured and not read', async () => {
    write({ 'huge.bin': '' });
    truncateSync(inTree('huge.bin'), 50e9);
    write({ 'README.md': '' });
    truncateSync(inTree('README.md'), 50e9);
    const list = await listChanges(repository, signal);
    expect(list.changes.map(({ sizeBytes }) => sizeBytes)).toEqual([50e9, 50e9]);
    expect(await rulesOf(list)).toContain('file-too-large');
  });

  it('50,000 files are not listed to their end', async () => {
    for (let part = 0; part < 50; part += 1) {
      mkdirSync(inTree(`p${part}`));
      for (let file = 0; file < 1000; file += 1) writeFileSync(inTree(`p${part}`, `f${file}`), '');
    }
    const list = await listChanges(repository, signal);
    expect(list).toMatchObject({ truncated: true });
    expect(list.changes.length).toBeLessThanOrEqual(5000);
    expect(await rulesOf(list)).toContain('too-many-files');
  });

  it('deep paths are taken as they come', async () => {
    const deep = `${'d/'.repeat(1000)}file.txt`;
    write({ [deep]: 'x\n' });
    const { changes } = await commitAll();
    expect(changes.map((change) => change.path)).toEqual([deep]);
  });

  it('an agent that deletes everything is refused', async () => {
    for (const name of ['README.md', 'package.json', 'src', '.gitlab-ci.yml'])
      rmSync(inTree(name), { recursive: true });
    const list = await listChanges(repository, signal);
    expect(await rulesOf(list)).toEqual(['protected-path', 'too-many-deletions']);
  });
});

describe('files that the agent did not touch', () => {
  const crlf = Object.fromEntries([1, 2, 3].map((each) => [`F${each}.cs`, `class C${each} {\r\n  int x;\r\n}\r\n`]));

  const encoded = '*.rc working-tree-encoding=UTF-16 text\n';
  /** As people do it who do not have every other file written anew. */
  const addOnly = (name: string, content: string) => {
    const folder = path.join(remote.directory, 'only');
    git(remote.directory, 'clone', '--quiet', remote.bare, folder);
    writeFileSync(path.join(folder, name), content);
    git(folder, 'add', name);
    git(folder, 'commit', '--quiet', '-m', 'Attributes');
    git(folder, 'push', '--quiet', 'origin', 'HEAD:main');
  };

  it.each(['* text=auto\n*.cs text diff=csharp\n', '* text eol=crlf\n', '* text eol=lf\n', '*.cs ident filter=tabs\n'])(
    'are not in the commit, also when attributes say something else than their content: %j',
    async (attributes) => {
      remote.remove();
      await prepare({
        ...SMALL_REPOSITORY,
        ...crlf,
        '.gitattributes': encoded,
        'wide.rc': Buffer.from('\ufeffwide\r\n', 'utf16le'),
      });
      addOnly('.gitattributes', `${encoded}${attributes}`);
      repository = await cloneRepository(
        repository.git,
        { remote: remote.remote, gitDir: `${repository.gitDir}2`, workTree: `${repository.workTree}2`, branch: 'main' },
        signal,
      );
      await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
      // The session gives the tree to the agent's user and back, after which git looks at every file again.
      for (const name of [...Object.keys(crlf), 'wide.rc']) writeFileSync(inTree(name), readFileSync(inTree(name)));
      write({ 'README.md': 'hi there\n', 'F2.cs': 'class C2 {\r\n  int y;\r\n}\r\n' });

      const { changes } = await commitAll();

      expect(changes.map(({ path: name }) => name)).toEqual(['F2.cs', 'README.md']);
      const diff = await diffRange(repository, { from: 'HEAD^', to: 'HEAD' }, signal);
      expect(diff.text).toContain('-  int x;\r\n+  int y;\r\n');
    },
  );
});

describe('left-overs of tools', () => {
  it('are not part of a change, and .gitignore stays as it is', async () => {
    write({
      'node_modules/x/index.js': 'x',
      'coverage/lcov.info': 'x',
      '.DS_Store': 'x',
      'tool/__pycache__/a.pyc': 'x',
      'a.txt': 'a\n',
    });
    const { changes } = await commitAll();
    expect(changes.map((change) => change.path)).toEqual(['a.txt']);
    expect(existsSync(inTree('.gitignore'))).toBe(false);
  });

  it('are a change where the repository keeps such files', async () => {
    remote.remove();
    await prepare({ 'package.json': '{}\n', 'dist/app.js': 'built\n' });
    write({ 'dist/other.js': 'built too\n' });
    const { changes } = await commitAll();
    expect(changes.map((change) => change.path)).toEqual(['dist/other.js']);
  });

  it('are no source folder that is named like one', async () => {
    remote.remove();
    await prepare({ 'pyproject.toml': '', 'src/app/__init__.py': '', 'tool/App.csproj': '', '.gitignore': 'lib/\n' });
    write({
      'src/app/build/planner.py': 'x',
      'bin/run.sh': 'x',
      'build/lib/app.py': 'x',
      'tool/bin/App.dll': 'x',
      'lib/helper.py': 'x',
      '.coverage': 'x',
      'src/app/__pycache__/a.pyc': 'x',
      '.venv/bin/python': 'x',
    });

    const { changes } = await commitAll();
    const leftOut = await listLeftOut(repository, await listChanges(repository, signal), signal);

    expect(changes.map((change) => change.path)).toEqual(['bin/run.sh', 'src/app/build/planner.py']);
    // Caches that every tool makes are not worth a line.
    expect(describeLeftOut(leftOut)).toEqual([
      'not in the commit, because the repository ignores it or a build makes it: `.coverage`, `build/`, `lib/`, `tool/bin/`',
    ]);
  });

  it('are known beside a project that the change itself begins', async () => {
    write({
      'service/Cargo.toml': '[package]\n',
      'service/src/main.rs': 'fn main() {}\n',
      'service/target/debug/app': 'x',
      'web/Web.csproj': '<Project />\n',
      'web/Program.cs': 'x\n',
      'web/obj/project.assets.json': '{}',
      'jobs/pyproject.toml': '[project]\n',
      'jobs/main.py': 'x\n',
      'jobs/venv/lib/setup.py': 'x',
    });

    const { changes } = await commitAll();
    const leftOut = await listLeftOut(repository, await listChanges(repository, signal), signal);

    expect(changes.map((change) => change.path)).toEqual([
      'jobs/main.py',
      'jobs/pyproject.toml',
      'service/Cargo.toml',
      'service/src/main.rs',
      'web/Program.cs',
      'web/Web.csproj',
    ]);
    expect(describeLeftOut(leftOut)).toMatchObject([expect.stringContaining('`jobs/venv/`, `service/target/`')]);
  });

  it('do not stand in what validate sees, and neither does anything else that is not pushed', async () => {
    write({ 'node_modules/x.js': 'x', 'new.txt': 'new\n', 'src/sum.js': 'changed\n' });
    await commitAll();
    const directory = path.join(remote.directory, 'exported');
    await exportCommit(repository, 'HEAD', directory, signal);
    expect(readdirSync(directory).toSorted()).toEqual([
      '.gitlab-ci.yml',
      'README.md',
      'new.txt',
      'package.json',
      'src',
    ]);
    expect(readFileSync(path.join(directory, 'src/sum.js'), 'utf8')).toBe('changed\n');
    expect((await listChanges(repository, signal)).changes).toEqual([]);
  });
});

it.skipIf(explainSkip('the work tree of another user', 'root'))(
  'works on a work tree that belongs to another user, whose links lead elsewhere',
  async () => {
    symlinkSync(remote.bare, inTree('link'));
    await assignTo({ uid: 12345, gid: 12345 }, repository.workTree);
    expect(statSync(inTree('src', 'sum.js')).uid).toBe(12345);
    expect(lstatSync(inTree('link')).uid).toBe(12345);
    expect(statSync(remote.bare).uid).toBe(0);

    const { changes } = await commitAll();
    expect(changes.map((change) => change.path)).toEqual(['link']);
  },
);

it('added text is read from the commit, with the numbers of the new lines', async () => {
  write({ 'src/sum.js': 'export const sum = (a, b) => a + b;\nadded\n', 'new.txt': 'one\ntwo\n' });
  rmSync(inTree('README.md'));
  symlinkSync('src', inTree('README.md'));
  await commitAll();
  expect(await readAddedText(repository, 'refs/heads/main', 'HEAD', signal)).toEqual([
    { path: 'README.md', text: 'src', addedLines: new Set([1]) },
    { path: 'new.txt', text: 'one\ntwo\n', addedLines: new Set([1, 2]) },
    { path: 'src/sum.js', text: 'export const sum = (a, b) => a + b;\nadded\n', addedLines: new Set([2]) },
  ]);
});

describe('added text', () => {
  const breaks = ['\r', '\u2028', '\u2029', '\v', '\f', '\u0085'];

  it.each(breaks)('has the lines that git counts, also with %j in them', async (lineEnd) => {
    write({ 'build.log': `10%${lineEnd}diff --git a/x b/x${lineEnd}done\nT=1\n` });
    await commitAll();
    const [file] = await readAddedText(repository, 'refs/heads/main', 'HEAD', signal);
    expect(file?.addedLines).toEqual(new Set([1, 2]));
  });

  it.each([
    { encoding: 'UTF-16 with a mark', bytes: Buffer.from('\ufeffa\nsecret = b\n', 'utf16le') },
    { encoding: 'UTF-16, big end first', bytes: Buffer.from('\ufeffa\nsecret = b\n', 'utf16le').swap16() },
    { encoding: 'UTF-16 without a mark', bytes: Buffer.from('a\nsecret = b\n', 'utf16le') },
    { encoding: 'a binary file', bytes: Buffer.concat([Buffer.from([0, 1, 2, 0, 10]), Buffer.from('secret = b\n')]) },
  ])('is read in $encoding', async ({ bytes }) => {
    write({ 'a.dat': bytes });
    await commitAll();
    const [file] = await readAddedText(repository, 'refs/heads/main', 'HEAD', signal);
    expect(file?.text.split('\n')[1]).toBe('secret = b');
    expect(file?.addedLines.has(2)).toBe(true);
  });

  it('is one line where one line of a large file changed, and nothing where a file was moved', async () => {
    remote.remove();
    const lock = Array.from({ length: 30_000 }, (_, index) => `"package-${index}": "1.0.${index}, sha512-abcdef"`);
    await prepare({ ...SMALL_REPOSITORY, 'lock.json': lock.join('\n') });
    write({ 'lock.json': lock.with(20_000, '"package-20000": "2.0.0"').join('\n') });
    renameSync(inTree('src/greet.js'), inTree('src/hello.js'));
    await commitAll();
    const added = await readAddedText(repository, 'refs/heads/main', 'HEAD', signal);
    expect(added.map((file) => [file.path, [...file.addedLines], countAddedBytes(file)])).toEqual([
      ['lock.json', [20_001], 25],
    ]);
  });
});

it('paths of Git LFS are known although no attribute of the repository has an effect', async () => {
  remote.remove();
  await prepare({ ...SMALL_REPOSITORY, '.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n' });
  write({ 'logo.psd': 'raw', 'src/x.js': 'x' });
  await commitAll();
  expect(await listLfsPaths(repository, 'HEAD', ['logo.psd', 'src/x.js'], signal)).toEqual(new Set(['logo.psd']));
});

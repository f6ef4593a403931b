import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { type GitHttpServer, startGitHttp } from '../../../test/git-http.ts';
import type { LfsObjects } from '../../../test/git-lfs-http.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { commitWork } from './commit-work.ts';
import { deliverCommit } from './deliver-commit.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const TOKEN = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');
const ATTRIBUTES = '*.psd filter=lfs diff=lfs merge=lfs -text\n';
const hasGitLfs = spawnSync('git', ['lfs', 'version']).status === 0;
if (!hasGitLfs) process.stderr.write('Skipped, because git-lfs is not installed: files of Git LFS\n');

let remote: RemoteRepository;
let server: GitHttpServer;
let elsewhere: GitHttpServer;
let objects: LfsObjects;
beforeEach(async () => {
  objects = new Map();
  remote = makeRemoteRepository();
  elsewhere = await startGitHttp({ root: remote.directory, lfs: new Map() });
  server = await startGitHttp({ root: remote.directory, tokens: { [TOKEN]: 'write' }, lfs: objects });
  remote.push('main', {
    '.gitattributes': ATTRIBUTES,
    '.lfsconfig': `[lfs]\n\turl = ${elsewhere.url}/group/app.git/info/lfs\n\tpushurl = ${elsewhere.url}/x\n`,
  });
});
afterEach(async () => {
  await server.close();
  await elsewhere.close();
  remote.remove();
});

interface Given {
  source?: object;
  environment?: Record<string, string>;
}

/** Delivers files the agent left in its work tree, without those that are `null`. */
async function deliver(files: Record<string, string | Buffer | null>, { source = {}, ...git }: Given = {}) {
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', ...source });
  const workspace = makeWorkspace(remote.directory);
  const at = { cloneUrl: `${server.url}/group/app.git`, credential: new Secret(TOKEN) };
  const clone = { remote: at, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory, git), clone, signal);
  const { headSha: base } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(workspace.tree, name)), { recursive: true });
    if (content === null) rmSync(path.join(workspace.tree, name));
    else writeFileSync(path.join(workspace.tree, name), content);
  }
  const settings = aRunnerSettings();
  const work = { binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'ours', body: '' };
  await commitWork(repository, work, { settings, maskWritten: (text) => text }, signal);
  const validateSecretFor = () => Promise.reject(new Error('no secret was expected'));
  const isolation = { kind: 'none' as const, reason: 'a test' };
  const deps = { settings, isolation, clock: systemClock, validateSecretFor, redact: (text: string) => text };
  const repair = () => Promise.reject(new Error('no conflict was expected'));
  const state = { base, objects: new Set<string>() };
  const about = { deps, repository, workspace, branch: BRANCH, state, targetSha: base, binding, repair };
  const delivery = await deliverCommit({ ...about, context: aRunContext() }, signal);
  if (delivery.kind !== 'delivered') throw new Error(`expected a delivery, got ${delivery.kind}`);
  return delivery;
}

/** Sends objects elsewhere, and writes the file `bait` wherever it can start a program. */
function makeHostileLfsConfig(bait: string): string {
  const program = path.join(remote.directory, 'trap');
  writeFileSync(program, `#!/bin/sh\ntouch ${bait}\ncat\n`, { mode: 0o755 });
  const url = `${elsewhere.url}/group/app.git/info/lfs`;
  const own = `${server.url}/group/app.git/info/lfs`;
  const lines = [
    '[lfs]',
    `url = ${url}`,
    `pushurl = ${url}`,
    'standalonetransferagent = trap',
    'allowincompletepush = true',
    `[lfs "${own}"]`,
    'access = none',
    'standalonetransferagent = trap',
    '[lfs "extension.trap"]',
    `clean = ${program} %f`,
    `smudge = ${program} %f`,
    'priority = 0',
    '[lfs "customtransfer.trap"]',
    `path = ${program}`,
    'concurrent = false',
    `[remote "${server.url}/group/app.git"]`,
    `lfsurl = ${url}`,
    `lfspushurl = ${url}`,
  ];
  return `${lines.join('\n')}\n`;
}

describe.runIf(hasGitLfs)('files of Git LFS', () => {
  const bytes = Buffer.from([0, 1, 2, 255, 10, 13, 0]);
  const oid = createHash('sha256').update(bytes).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${bytes.length}`;

  it('are pushed as pointers, after their bytes were uploaded, to GitLab and nowhere else', async () => {
    const { sha } = await deliver({ 'art/my logo.psd': bytes, 'src/x.js': 'x\n', 'empty.psd': '' });
    expect(remote.sha(BRANCH)).toBe(sha);
    expect(remote.show(BRANCH, 'art/my logo.psd')).toBe(pointer);
    expect(remote.show(BRANCH, 'src/x.js')).toBe('x');
    expect(git(remote.bare, 'log', '-1', '--format=%s%n%an', BRANCH)).toBe('PROJ-1: ours\ncmap');
    expect(objects.get(oid)).toEqual(bytes);
    expect(elsewhere.requests).toEqual([]);
    const lines = server.requests.map(({ line }) => line);
    expect(lines.indexOf(`PUT /gitlab-lfs/objects/${oid}`)).toBeLessThan(
      lines.findLastIndex((line) => line.includes('git-receive-pack')),
    );
  });

  it('are pushed as pointers where they only moved to a name of Git LFS', async () => {
    remote.push('main', { 'logo.raw': bytes });
    await deliver({ 'logo.raw': null, 'logo.psd': bytes });
    expect(remote.show(BRANCH, 'logo.psd')).toBe(pointer);
    expect(objects.get(oid)).toEqual(bytes);
  });

  it.each(['committed before', 'added by the agent'])('follow nothing of an `.lfsconfig` %s', async (when) => {
    const bait = path.join(remote.directory, 'ran');
    const config = makeHostileLfsConfig(bait);
    remote.push('main', { '.lfsconfig': when === 'committed before' ? config : null });
    const added = when === 'added by the agent' ? { '.lfsconfig': config } : {};
    await deliver({ 'logo.psd': bytes, ...added }, { source: { protected_paths: ['.gitlab-ci.yml'] } });
    expect(remote.show(BRANCH, '.lfsconfig')).toBe(config.trimEnd());
    expect(remote.show(BRANCH, 'logo.psd')).toBe(pointer);
    expect([...objects]).toEqual([[oid, bytes]]);
    expect(elsewhere.requests).toEqual([]);
    expect(existsSync(bait)).toBe(false);
  });

  it('of the commit of a person are left alone', async () => {
    remote.push('main', { 'theirs.psd': 'their own bytes\n' });
    await deliver({ 'src/x.js': 'x\n' });
    expect(remote.show(BRANCH, 'theirs.psd')).toBe('their own bytes');
    expect(objects.size).toBe(0);
  });

  it.each([
    { name: 'hold a credential', content: `T=${TOKEN}\n`, source: {}, says: /GitLab token/ },
    {
      name: 'are too large',
      content: 'x'.repeat(3000),
      source: { limits: { max_file_kb: 2 } },
      says: /more than 2 kB/,
    },
  ])('are judged by their bytes before anything is uploaded: $name', async ({ content, source, says }) => {
    const refused = { code: 'change-refused', detail: expect.stringMatching(says) };
    await expect(deliver({ 'logo.psd': content }, { source })).rejects.toMatchObject(refused);
    expect(objects.size).toBe(0);
  });

  it('that GitLab does not take are no push, and the next step says so', async () => {
    await server.close();
    server = await startGitHttp({ root: remote.directory, tokens: { [TOKEN]: 'write' } });
    await expect(deliver({ 'logo.psd': bytes })).rejects.toMatchObject({
      code: 'lfs-refused',
    });
    expect(() => remote.sha(BRANCH)).toThrow();
  });
});

it.each([
  { name: 'that is new', files: { 'logo.psd': 'raw' } },
  { name: 'that only moved there', files: { 'logo.raw': null, 'logo.psd': 'its own bytes\n' } },
])(
  'a file of Git LFS $name is refused with the human step where there is no git-lfs, and its bytes stay out of the history',
  async ({ files }) => {
    remote.push('main', { 'logo.raw': 'its own bytes\n' });
    const bin = path.join(remote.directory, 'bin');
    mkdirSync(bin);
    const script = [
      '#!/bin/sh',
      'case " $* " in *" lfs "*) exit 1;; esac',
      `PATH=${process.env['PATH']} exec git "$@"`,
      '',
    ];
    writeFileSync(path.join(bin, 'git'), script.join('\n'), { mode: 0o755 });
    const environment = { PATH: `${bin}:${process.env['PATH']}` };
    await expect(deliver(files, { environment })).rejects.toMatchObject({
      code: 'change-refused',
      detail: expect.stringMatching(/`logo\.psd`: Belongs to Git LFS[\s\S]*by hand/),
    });
    expect(() => remote.sha(BRANCH)).toThrow();
  },
);

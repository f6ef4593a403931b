import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { startGitHttp } from '../../../test/git-http.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import type { Repository } from '../../git/git.ts';
import { commitWork } from './commit-work.ts';
import { deliverCommit } from './deliver-commit.ts';
import { deliverWork, type WorkRequest } from './deliver-work.ts';
import { createRepairRounds } from './repair-rounds.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const settings = aRunnerSettings();

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

it('a branch that was not there is pushed without another look at the remote', async () => {
  const { deliver, listRemoteCommands } = await begin();
  const { sha } = await deliver();
  expect(remote.sha(BRANCH)).toBe(sha);
  expect(listRemoteCommands()).toEqual(['push']);
  const message = git(remote.bare, 'log', '-1', '--format=%B', BRANCH);
  expect(message).toBe('PROJ-1: Rotate [secret]\n\nIt was [secret] before\n\nCmap-Run: run-1\nCmap-Agent: cmap');
});

it('a person made the branch meanwhile: their commit stays and ours goes on top', async () => {
  const { deliver, listStages } = await begin();
  const theirs = remote.push(BRANCH, { 'theirs.md': 'Theirs.\n' }, 'Theirs');
  const { sha } = await deliver();
  expect(listStages()).toContain('rebased');
  expect(remote.sha(BRANCH)).toBe(sha);
  expect(remote.sha(`${BRANCH}^`)).toBe(theirs);
  expect(remote.show(BRANCH, 'ours.md')).toBe('Ours.');
});

it('a branch that was there is looked at once before the push', async () => {
  remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
  const { deliver, listRemoteCommands } = await begin();
  await deliver();
  expect(listRemoteCommands()).toEqual(['ls-remote', 'push']);
});

it('a branch that was deleted meanwhile is not made again', async () => {
  remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
  const { deliver } = await begin();
  remote.drop(BRANCH);
  await expect(deliver()).rejects.toMatchObject({ code: 'branch-gone' });
  expect(() => remote.sha(`refs/heads/${BRANCH}`)).toThrow();
});

it('a branch that was deleted during `validate` is not made again', async () => {
  remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
  const validate = `git --git-dir=${remote.bare} update-ref -d refs/heads/${BRANCH}`;
  const { deliver, listStages } = await begin({ source: { validate } });
  await expect(deliver()).rejects.toMatchObject({ code: 'branch-gone' });
  expect(listStages()).toContain('pushing');
  expect(() => remote.sha(`refs/heads/${BRANCH}`)).toThrow();
});

it('a connection that breaks is waited for: nothing is made or judged again', async () => {
  const server = await startGitHttp({ root: remote.directory });
  try {
    const { deliver, listStages } = await begin({ cloneUrl: `${server.url}/group/app.git` });
    server.fail(502, 2);
    const { sha } = await deliver();
    expect(remote.sha(BRANCH)).toBe(sha);
    expect(listStages()).toEqual(['checked', 'pushing']);
    expect(server.requests.filter(({ status }) => status === 502)).toHaveLength(2);
  } finally {
    await server.close();
  }
});

describe('validate', () => {
  const python = { 'pyproject.toml': '', 'src/app/__init__.py': '', '.gitignore': 'lib/\n' };
  const validate = 'test -f src/app/build/planner.py && test ! -e lib && test ! -e node_modules && test ! -e .venv';

  it('sees exactly what is pushed: new source folders, and nothing that is ignored or left behind', async () => {
    remote.push('main', python);
    const { deliver, leftOut } = await begin({
      files: {
        'src/app/build/planner.py': 'def plan(): return 1\n',
        'lib/helper.py': 'x\n',
        'node_modules/x/index.js': 'x\n',
        '.venv/bin/python': 'x\n',
      },
      source: { validate },
    });
    expect((await deliver()).checks).toEqual([`\`${validate}\` passed`]);
    expect(leftOut).toEqual(['not in the commit, because the repository ignores it or a build makes it: `lib/`']);
    expect(remote.show(BRANCH, 'src/app/build/planner.py')).toBe('def plan(): return 1');
  });

  it('fails where the change needs a file that is ignored, and nothing is pushed', async () => {
    remote.push('main', python);
    const { deliver } = await begin({
      files: { 'src/app/a.py': 'import lib.helper\n', 'lib/helper.py': 'x\n' },
      source: { validate: 'test -f lib/helper.py' },
    });
    await expect(deliver()).rejects.toMatchObject({ code: 'validation-failed' });
    expect(() => remote.sha(`refs/heads/${BRANCH}`)).toThrow();
  });
});

it('validate is given the variables of the binding, and nothing in place of what the runner sets', async () => {
  const validate = '[ "$REGION" = eu ] && [ "$NPM_TOKEN" = secret-of-npm_read ] && [ "$HOME" != /root ]';
  const validate_env = { REGION: 'eu', NPM_TOKEN: { secret_ref: 'NPM-read' } };
  const { deliver } = await begin({ source: { validate, validate_env } });
  expect((await deliver()).checks).toEqual([`\`${validate}\` passed`]);
});

it.each([4000, 16 * 1024])('no half of a secret is left where the output is cut to %i characters', async (cut) => {
  // The cut is in the middle of the secret.
  const validate = `printf '%s' "$NPM_TOKEN"; head -c ${cut - 9} /dev/zero | tr '\\0' y; echo "$DB_PASSWORD"; exit 1`;
  // What stands in no other text is masked here all the same.
  const validate_env = { NPM_TOKEN: { secret_ref: 'npm_read' }, DB_PASSWORD: { secret_ref: 'test_db' } };
  const { deliver } = await begin({ source: { validate, validate_env } });
  const refusal = await deliver().catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'validation-failed', detail: expect.stringContaining('yyy') });
  const { detail = '', evidence = '' } = refusal as { detail?: string; evidence?: string };
  expect(`${detail}${evidence}`).not.toMatch(/npm_read|test_db/);
});

describe('what looks like a credential', () => {
  const token = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

  it('is not pushed, behind any character, and the next step says how a person lets it pass', async () => {
    const { deliver } = await begin({ files: { 'build.log': `10%\r20%\rdone\nT=${token}\n` } });
    await expect(deliver()).rejects.toMatchObject({
      code: 'change-refused',
      detail: expect.stringMatching(
        /`build\.log`: Line 2 .*GitLab token[\s\S]*`\.cmap\/allow-secrets` on the target branch/,
      ),
    });
  });

  it('is not pushed in UTF-16 either', async () => {
    const { deliver } = await begin({ files: { 'a.txt': token.split('').join('\0') } });
    await expect(deliver()).rejects.toMatchObject({ code: 'change-refused' });
  });

  it('is not pushed as the new name of a file that only moved', async () => {
    const { deliver } = await begin({
      files: { 'README.md': null, [`${token}.md`]: remote.show('main', 'README.md') },
    });
    await expect(deliver()).rejects.toMatchObject({
      code: 'change-refused',
      detail: expect.stringContaining('Its name holds a credential'),
    });
  });

  it('is pushed in files that people list on the target branch', async () => {
    remote.push('main', { '.cmap/allow-secrets': 'test/fixtures/**\n' });
    const { deliver } = await begin({ files: { 'test/fixtures/key.txt': `${token}\n` } });
    expect(remote.show((await deliver()).sha, 'test/fixtures/key.txt')).toBe(token);
  });

  it('is not let pass by a line that takes others back, which is named beside it', async () => {
    remote.push('main', { '.cmap/allow-secrets': 'test/fixtures/**\n!test/fixtures/real.env\n' });
    const { deliver } = await begin({ files: { 'prod.env': `${token}\n` } });
    await expect(deliver()).rejects.toMatchObject({
      code: 'change-refused',
      detail: expect.stringMatching(/`prod\.env`: Line 1[\s\S]*`!test\/fixtures\/real\.env` allows nothing/),
    });
  });

  it('is not let pass by a list of the agent', async () => {
    const begun = begin({ files: { '.cmap/allow-secrets': '**\n', 'a.txt': `${token}\n` } });
    await expect(begun).rejects.toMatchObject({
      code: 'change-refused',
      detail: expect.stringContaining('`.cmap/allow-secrets`: Is protected'),
    });
  });
});

it('commits are written as the binding says', async () => {
  const { deliver } = await begin({ source: { commit: { subject: 'fix: {key} {summary}', sign_off: true } } });
  await deliver();
  expect(git(remote.bare, 'log', '-1', '--format=%B', BRANCH)).toBe(
    'fix: PROJ-1 Rotate [secret]\n\nIt was [secret] before\n\nCmap-Run: run-1\nCmap-Agent: cmap\nSigned-off-by: cmap <cmap@example.com>',
  );
});

describe('a refused change that the agent may repair', () => {
  const token = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

  it('a credential of the first try is in nothing that is pushed, also after people pushed', async () => {
    remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
    const { write, work, listStages } = await open();
    write({ 'a.txt': `T=${token}\n`, 'ours.md': 'Ours.\n' });
    const theirs = remote.push(BRANCH, { 'theirs.md': 'Theirs.\n' }, 'Theirs');

    const delivered = await work(async () => write({ 'a.txt': 'T comes from the environment.\n' }));

    expect(delivered).toMatchObject({ kind: 'delivered', checks: ['the change was accepted after 1 repair'] });
    expect(remote.sha(`${BRANCH}^`)).toBe(theirs);
    expect(remote.show(BRANCH, 'ours.md')).toBe('Ours.');
    expect(git(remote.bare, 'log', '-1', '--format=%B', BRANCH)).toContain('Cmap-Run: run-1\nCmap-Agent: cmap');
    const objects = git(remote.bare, 'cat-file', '--batch-all-objects', '--batch-check=%(objectname) %(objecttype)');
    const blobs = objects.split('\n').filter((line) => line.endsWith('blob'));
    expect(blobs.length).toBeGreaterThan(2);
    for (const blob of blobs)
      expect(git(remote.bare, 'cat-file', 'blob', blob.split(' ')[0] ?? '')).not.toContain(token);
    expect(listStages()).toEqual(['rebased', 'repair', 'checked', 'pushing']);
  });

  it('what comes back unchanged is refused without another validate, and the rounds have an end', async () => {
    const runs = path.join(remote.directory, 'runs');
    const { write, work, prompts } = await open({ validate: `echo run >> ${runs}; exit 1` });
    write({ 'ours.md': 'Ours.\n' });

    await expect(work(async () => {})).rejects.toMatchObject({
      code: 'validation-failed',
      detail: expect.stringContaining('The agent tried to repair it 2 times.'),
    });

    expect(readFileSync(runs, 'utf8')).toBe('run\n');
    expect(prompts.map((prompt) => prompt.includes('The files are the same as the last time'))).toEqual([false, true]);
    expect(() => remote.sha(`refs/heads/${BRANCH}`)).toThrow();
  });

  it('an agent that takes all of it back has changed nothing', async () => {
    const { write, work, workspace } = await open({ protected_paths: ['ours.md'] });
    write({ 'ours.md': 'Ours.\n' });

    const delivered = await work(async () => rmSync(path.join(workspace.tree, 'ours.md')));

    expect(delivered).toEqual({ kind: 'nothing', leftOut: [] });
  });
});

describe('what people pushed meanwhile', () => {
  it('a conflict that is resolved in their favour leaves nothing to deliver, and theirs is not taken for ours', async () => {
    remote.push(BRANCH, { 'x.md': 'one\n' });
    const { write, work, listStages } = await open();
    write({ 'x.md': 'ours\n' });
    const theirs = remote.push(BRANCH, { 'x.md': 'theirs\n' }, 'Theirs');

    const delivered = await work(async () => write({ 'x.md': 'theirs\n' }));

    expect(delivered).toEqual({ kind: 'nothing', leftOut: [NOTHING_LEFT] });
    expect(remote.sha(BRANCH)).toBe(theirs);
    expect(listStages()).toEqual(['conflict', 'repair']);
  });

  it('the same change leaves nothing to deliver', async () => {
    remote.push(BRANCH, { 'x.md': 'one\n' });
    const { write, work, listStages } = await open();
    write({ 'x.md': 'same\n' });
    const theirs = remote.push(BRANCH, { 'x.md': 'same\n' }, 'Theirs');

    expect(await work(async () => {})).toEqual({ kind: 'nothing', leftOut: [NOTHING_LEFT] });
    expect(remote.sha(BRANCH)).toBe(theirs);
    expect(listStages()).toEqual([]);
  });

  it('a push whose answer was lost, and that people went on from, is delivered by its own commit', async () => {
    remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
    const { deliver, listStages } = await begin();
    losePush();
    const delivery = await deliver();
    expect(git(remote.bare, 'log', '-2', '--format=%s', BRANCH)).toBe('Theirs\nPROJ-1: Rotate [secret]');
    expect(delivery).toEqual({ kind: 'delivered', sha: remote.sha(`${BRANCH}^`), checks: [] });
    expect(listStages()).toEqual(['checked', 'pushing']);
  });
});

/** The next push arrives, a person commits on top of it, and its answer is lost. */
function losePush(): void {
  const wrapper = path.join(remote.directory, 'bin', 'git');
  const lost = path.join(remote.directory, 'lost');
  const script = [
    `if [ "$1" = push ] && [ ! -e ${lost} ]; then`,
    `  touch ${lost}; ${wrapper} "$@"; cd ${remote.bare}; unset GIT_DIR GIT_WORK_TREE`,
    `  export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@x`,
    `  git update-ref refs/heads/${BRANCH} "$(git commit-tree -p ${BRANCH} -m Theirs "${BRANCH}^{tree}")"; exit 1`,
    'fi',
  ];
  const [shebang, ...rest] = readFileSync(wrapper, 'utf8').split('\n');
  writeFileSync(wrapper, [shebang, ...script, ...rest].join('\n'));
}

const NOTHING_LEFT = `with the commits that were pushed to \`${BRANCH}\` meanwhile, nothing was left to commit`;

interface Given {
  cloneUrl?: string;
  /** `null` for a file that goes. */
  files?: Record<string, string | null>;
  source?: Partial<Parameters<typeof resolveBinding>[0]>;
}

/** A clone on the work branch with one commit of ours. */
async function begin({ cloneUrl = remote.remote.cloneUrl, files = { 'ours.md': 'Ours.\n' }, source = {} }: Given = {}) {
  const { binding, repository, workspace, headSha, context, listCommands, listStages, write } = await open(
    source,
    cloneUrl,
  );
  write(files);
  const { leftOut } = await commitWork(repository, toCommit(binding), deps, signal);
  const before = listCommands().length;
  return {
    leftOut,
    listStages,
    listRemoteCommands: () => listCommands().slice(before).filter(isRemote),
    async deliver() {
      const delivery = await deliverCommit(
        { ...request(repository, headSha, { workspace, binding }), context },
        signal,
      );
      if (delivery.kind !== 'delivered') throw new Error(`expected a delivery, got ${delivery.kind}`);
      return delivery;
    },
  };
}

/** A person pasted a token into the title, and the agent repeats it. */
const TOKEN = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');
const toCommit = (binding: Binding) => ({
  binding,
  runId: 'run-1',
  issueKey: 'PROJ-1',
  summary: `Rotate ${TOKEN}`,
  body: `It was ${TOKEN.slice(0, 9)}\u200b${TOKEN.slice(9)} before`,
});

/** A clone on the work branch, as it was found. */
async function open(source: Given['source'] = {}, cloneUrl = remote.remote.cloneUrl) {
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', ...source });
  const { environment, listCommands } = recordGit(remote.directory);
  const context = aRunContext();
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: { cloneUrl }, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory, { environment }), clone, signal);
  const { headSha } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  const write = (files: Record<string, string | null>) => {
    for (const [name, content] of Object.entries(files)) {
      if (content === null) {
        rmSync(path.join(workspace.tree, name));
        continue;
      }
      mkdirSync(path.dirname(path.join(workspace.tree, name)), { recursive: true });
      writeFileSync(path.join(workspace.tree, name), content);
    }
  };
  const prompts: string[] = [];
  const work = (repairWith: () => Promise<void>) => {
    const ask = (prompt: string) => {
      prompts.push(prompt);
      return repairWith();
    };
    const rounds = createRepairRounds({ rounds: binding.repairRounds, context, redact: (text) => text, ask });
    const repair: WorkRequest['repair'] = (refusal) => rounds.repair(refusal);
    const about = { ...request(repository, headSha, { workspace, binding }), context, rounds, repair };
    return deliverWork({ ...about, describe: () => toCommit(binding) }, signal);
  };
  const listStages = () => context.stages.map(({ name }) => name);
  return { binding, repository, workspace, headSha, context, listCommands, listStages, write, work, prompts };
}

const deps = {
  settings,
  isolation: { kind: 'none' as const, reason: 'a test' },
  clock: systemClock,
  validateSecretFor: async (ref: string) => new Secret(`secret-of-${ref}`),
  redact: (text: string) => text.replaceAll('secret-of-npm_read', '[masked]'),
  maskWritten: createRedactor().maskWritten,
};

function request(
  repository: Repository,
  base: string,
  { workspace, binding }: { workspace: ReturnType<typeof makeWorkspace>; binding: Binding },
) {
  const repair = async () => {
    throw new Error('no conflict was expected');
  };
  return {
    deps,
    repository,
    workspace,
    branch: BRANCH,
    state: { base, objects: new Set<string>() },
    targetSha: base,
    binding,
    repair,
  };
}

/** A `git` that notes its command before it runs it. */
function recordGit(directory: string) {
  const bin = path.join(directory, 'bin');
  const log = path.join(directory, 'git-commands');
  mkdirSync(bin);
  writeFileSync(log, '');
  const script = ['#!/bin/sh', `echo "$1" >> ${log}`, `PATH=${process.env['PATH']} exec git "$@"`, ''];
  writeFileSync(path.join(bin, 'git'), script.join('\n'));
  chmodSync(path.join(bin, 'git'), 0o755);
  return {
    environment: { PATH: `${bin}:/usr/bin:/bin` },
    listCommands: () => readFileSync(log, 'utf8').trim().split('\n'),
  };
}

function isRemote(command: string): boolean {
  return ['ls-remote', 'fetch', 'push', 'clone'].includes(command);
}

import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { commitWork } from './commit-work.ts';
import { judgeCommit, listAllViolations } from './judge-commit.ts';

const signal = new AbortController().signal;
const CI = '.gitlab-ci.yml';
const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app' });
const deps = { settings: aRunnerSettings(), maskWritten: createRedactor().maskWritten };

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

/** A session that wrote this, and what its run is allowed. */
async function write(text: string, { mode = 0o644, content = '' } = {}) {
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const { headSha, targetSha } = await checkoutWorkBranch(repository, { branch: 'agent/PROJ-1' }, signal);
  writeFileSync(path.join(workspace.tree, CI), text);
  chmodSync(path.join(workspace.tree, CI), mode);
  const allowed = [{ path: CI, rule: 'protected-path', content }];
  const about = { binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'Test', body: '', allowed };
  const { sha: to = '' } = await commitWork(repository, about, deps, signal);
  const range = { from: headSha, to, targetSha };
  return {
    judge: () => judgeCommit(repository, { ...range, allowed }, binding, signal),
    list: () => listAllViolations(repository, range, binding, signal),
  };
}

it('a protected file passes as what was refused, and as nothing else another session writes', async () => {
  const [refused] = await (await write('test: {}\n')).list();
  const { content = '' } = refused ?? {};
  expect(content).toMatch(/^file [0-9a-f]{40}$/);
  expect(await (await write('test: {}\n', { content })).judge()).toEqual([CI]);
  const other = await write('test: { script: other }\n', { content });
  await expect(other.judge()).rejects.toMatchObject({ code: 'change-refused' });
  const executable = await write('test: {}\n', { content, mode: 0o755 });
  await expect(executable.judge()).rejects.toMatchObject({ code: 'change-refused' });
});

import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { toRefusedFields } from '../../../shared/domain/runs/refused-work.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { sha256 } from '../../../shared/kernel/sha256.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { anIssue } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { readWholePatch } from '../../git/apply-patch.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { resetWorkTree } from '../../git/reset-work-tree.ts';
import { resolveObject } from '../../git/resolve-commits.ts';
import { commitWork } from '../delivery/commit-work.ts';
import { deliverCommit } from '../delivery/deliver-commit.ts';
import { deliverKept } from './deliver-kept.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

/** Work of an earlier run is taken up while a person pushes; together the two are red. */
async function takeUp() {
  const binding = aBinding({ validate: 'test ! -e theirs.md || test ! -e kept.md' });
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const work = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  const settings = aRunnerSettings();
  const { maskWritten } = createRedactor();
  const isolation = { kind: 'none' as const, reason: 'a test' };
  const delivery = { settings, maskWritten, isolation, clock: systemClock, redact: (text: string) => text };
  const commit = async (name: string) => {
    writeFileSync(path.join(workspace.tree, name), 'Ours.\n');
    const about = { binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'Greet', body: '' };
    const { sha = '' } = await commitWork(repository, about, delivery, signal);
    return sha;
  };
  const patch = await readWholePatch(repository, { base: work.headSha, sha: await commit('kept.md') }, signal);
  await resetWorkTree(repository, { sha: work.headSha }, signal);
  const kept = JSON.stringify({ version: 1, patch, summary: 'Greets', checks: [] });
  const record = toRefusedFields({ files: [], more: 0, kept: { kind: 'nowhere' }, digest: sha256(patch ?? '') });
  const deps = {
    ...delivery,
    validateSecretFor: async () => Promise.reject(new Error('not asked for')),
    listRunEvents: async () => [{ runId: 'refused', at: 1, name: 'refused', fields: record }],
    files: { findNewest: async () => kept },
  };
  const coding = {
    allowance: { run: 'refused', files: [] },
    others: [aRun({ runId: 'refused', task: aCodingTask() })],
    binding,
    branch: BRANCH,
    context: aRunContext(aCodingTask()),
    deps,
    issue: anIssue(),
    criteria: { kind: 'none', items: [] },
  } as unknown as Parameters<typeof deliverKept>[0]; // nothing else is looked at

  const theirs = remote.push(BRANCH, { 'theirs.md': 'Theirs.\n' }, 'Theirs');
  const taken = await deliverKept(coding, { repository, work, ownCommit: undefined }, workspace, signal);
  return {
    taken,
    theirs,
    work,
    head: await resolveObject(repository, 'HEAD', signal),
    /** The change of the session that follows. */
    async deliver() {
      await commit('session.md');
      const repair = () => Promise.reject(new Error('no conflict was expected'));
      const state = { base: work.headSha, objects: new Set<string>() };
      const { context } = coding;
      const about = { context, deps, repository, workspace, branch: BRANCH, binding, targetSha: work.targetSha, state };
      return deliverCommit({ ...about, repair }, signal);
    },
    read: (name: string) => readFileSync(path.join(workspace.tree, name), 'utf8'),
  };
}

it.each([
  { branch: 'that was there', isThere: true },
  { branch: 'that a person made meanwhile', isThere: false },
])(
  'after kept work that is refused on what people pushed, a session still delivers to a branch $branch',
  async ({ isThere }) => {
    if (isThere) remote.push(BRANCH, { 'earlier.md': 'Earlier.\n' });
    const { taken, work, head, theirs, deliver, read } = await takeUp();
    expect(taken).toBeUndefined();
    expect(head).toBe(work.headSha);
    expect(() => read('kept.md')).toThrow();

    expect(await deliver()).toMatchObject({ kind: 'delivered', sha: remote.sha(BRANCH) });
    expect(remote.sha(`${BRANCH}^`)).toBe(theirs);
    expect(remote.show(BRANCH, 'session.md')).toBe('Ours.');
  },
);

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { systemClock } from '../../../shared/kernel/clock.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { deliverMerge } from './deliver-merge.ts';
import { mergeTargetBranch, type TargetMergeRequest } from './merge-target-branch.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const GREET = 'src/greet.js';
const CI = '.gitlab-ci.yml';

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

const deps = {
  settings: aRunnerSettings(),
  isolation: { kind: 'none' as const, reason: 'a test' },
  clock: systemClock,
  validateSecretFor: async (ref: string) => new Secret(`secret-of-${ref}`),
  redact: (text: string) => text,
  maskWritten: createRedactor().maskWritten,
};

type Source = Partial<Parameters<typeof resolveBinding>[0]>;
type Edit = Record<string, string | null>;

/** A clone on the work branch; `resolve` is what the agent does to the work tree and says. */
async function open(
  resolve: Edit = {},
  { source = {}, unresolved = [] }: { source?: Source; unresolved?: string[] } = {},
) {
  const binding = resolveBinding({ jira_project: 'PROJ', repo: 'group/app', merge_target: 'on', ...source });
  const context = aRunContext();
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const { targetSha, headSha } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  const asked: string[][] = [];
  const request: TargetMergeRequest = {
    context,
    deps,
    repository,
    workspace,
    binding,
    targetSha,
    branch: BRANCH,
    targetBranch: 'main',
    describe: { runId: 'run-1', issueKey: 'PROJ-1' },
    async resolve({ files }) {
      asked.push(files.map((file) => file.path));
      for (const [name, text] of Object.entries(resolve)) {
        const file = path.join(workspace.tree, name);
        mkdirSync(path.dirname(file), { recursive: true });
        if (text === null) rmSync(file);
        else writeFileSync(file, text);
      }
      return { summary: 'Keeps both greetings.', unresolved };
    },
  };
  const tree = (name: string) => readFileSync(path.join(workspace.tree, name), 'utf8');
  const listTree = (name = '') => readdirSync(path.join(workspace.tree, name)).sort();
  return {
    asked,
    context,
    headSha,
    targetSha,
    tree,
    listTree,
    merge: () => mergeTargetBranch(request, signal),
    async deliver() {
      const merged = await mergeTargetBranch(request, signal);
      if (merged.kind !== 'merged') throw new Error(`expected a merge, got ${merged.kind}`);
      return { merged, checks: await deliverMerge(request, merged, signal) };
    },
  };
}

function conflict(branch: Edit = {}, target: Edit = {}): void {
  remote.push(BRANCH, { [GREET]: 'branch\n', ...branch });
  remote.push('main', { [GREET]: 'target\n', ...target });
}

describe('a merge that git can make', () => {
  it('asks no agent, passes validate as a whole, and says what it is', async () => {
    remote.push(BRANCH, { 'src/branch.js': 'branch\n' });
    remote.push('main', { 'src/target.js': 'target\n' });
    const validate = 'test -f src/branch.js && test -f src/target.js';
    const { deliver, asked, context, headSha, targetSha } = await open({}, { source: { validate } });

    const { merged, checks } = await deliver();

    expect(asked).toEqual([]);
    expect(checks).toEqual([`\`${validate}\` passed`]);
    expect(remote.sha(BRANCH)).toBe(merged.sha);
    expect(git(remote.bare, 'log', '-1', '--format=%P%n%B', BRANCH)).toBe(
      `${headSha} ${targetSha}\nPROJ-1: Merge branch 'main' into 'agent/PROJ-1'\n\nCmap-Run: run-1\nCmap-Agent: cmap`,
    );
    expect(context.stages.map(({ name }) => name)).toEqual(['checked', 'pushing']);
  });

  it('is not pushed where validate fails on what both sides make together', async () => {
    remote.push(BRANCH, { 'a.js': 'a\n' });
    remote.push('main', { 'b.js': 'b\n' });
    const before = remote.sha(BRANCH);
    const { deliver } = await open({}, { source: { validate: 'test ! -f b.js' } });
    await expect(deliver()).rejects.toMatchObject({ code: 'validation-failed' });
    expect(remote.sha(BRANCH)).toBe(before);
  });

  it('passes the gate with what people did on either branch, protected files and large ones too', async () => {
    remote.push(BRANCH, { CODEOWNERS: '* @ada\n', 'by-hand.txt': 'x'.repeat(3 * 1024 * 1024) });
    remote.push('main', { [CI]: 'test:\n  script: npm run all\n' });
    const { merged } = await (await open()).deliver();
    expect(remote.show(merged.sha, CI)).toContain('npm run all');
    expect(remote.show(merged.sha, 'CODEOWNERS')).toBe('* @ada');
  });

  it('is not forced over a push of a person', async () => {
    remote.push(BRANCH, { 'a.js': 'a\n' });
    remote.push('main', { 'b.js': 'b\n' });
    const { deliver } = await open();
    const theirs = remote.push(BRANCH, { 'late.md': 'late\n' });
    await expect(deliver()).rejects.toMatchObject({ code: 'branch-moved' });
    expect(remote.sha(BRANCH)).toBe(theirs);
  });
});

describe('a conflict', () => {
  it('goes to the agent once, and what it says stands in the message', async () => {
    conflict();
    const { deliver, asked } = await open({ [GREET]: 'branch and target\n' });
    const { merged } = await deliver();
    expect(asked).toEqual([[GREET]]);
    expect(merged).toMatchObject({ resolved: [GREET], summary: 'Keeps both greetings.' });
    expect(remote.show(BRANCH, GREET)).toBe('branch and target');
    expect(git(remote.bare, 'log', '-1', '--format=%b', BRANCH)).toContain('Keeps both greetings.');
  });

  it.each([
    { name: 'its markers are left', edit: {}, unresolved: [] },
    { name: 'the agent names it', edit: { [GREET]: 'guess\n' }, unresolved: [GREET] },
    { name: 'the agent names something else', edit: { [GREET]: 'guess\n' }, unresolved: ['@everyone'] },
  ])('is left to people where $name, and the branch is as it was', async ({ edit, unresolved }) => {
    conflict();
    const { merge, tree, headSha } = await open(edit, { unresolved });
    expect(await merge()).toEqual({
      kind: 'unresolved',
      files: [GREET],
      why: 'left',
      attempt: { summary: 'Keeps both greetings.' },
    });
    expect(tree(GREET)).toBe('branch\n');
    expect(remote.sha(BRANCH)).toBe(headSha);
  });

  it('in a protected file is left to people without asking the agent', async () => {
    conflict({ [CI]: 'branch: {}\n' }, { [CI]: 'target: {}\n' });
    const { merge, asked } = await open({ [GREET]: 'both\n', [CI]: 'both: {}\n' });
    expect(await merge()).toEqual({ kind: 'unresolved', files: [CI], why: 'protected' });
    expect(asked).toEqual([]);
  });

  it('outside the paths of the binding is left to people without asking the agent', async () => {
    conflict({ 'web/page.js': 'branch\n' }, { 'web/page.js': 'target\n' });
    const { merge, asked } = await open({ [GREET]: 'both\n' }, { source: { paths: ['web/**'] } });
    expect(await merge()).toEqual({ kind: 'unresolved', files: [GREET], why: 'outside-paths' });
    expect(asked).toEqual([]);
  });
});

describe('what the agent makes of a conflict passes the gate', () => {
  const token = ['glpat', 'x7Yq2mNp4RsT6vWz8AbC'].join('-');

  it.each([
    { name: 'a protected file that was in no conflict', edit: { [CI]: 'test:\n  script: curl evil\n' } },
    { name: 'a protected file put back to what it was before the target branch', edit: { CODEOWNERS: null } },
    { name: 'a credential', edit: { 'src/key.js': `export const key = '${token}';\n` } },
  ])('and is refused with $name', async ({ edit }) => {
    conflict({}, { CODEOWNERS: '* @security\n' });
    const { merge, tree, listTree, headSha } = await open({ [GREET]: 'both\n', ...edit });
    await expect(merge()).rejects.toMatchObject({ code: 'change-refused' });
    expect(tree(GREET)).toBe('branch\n');
    expect(listTree()).toEqual(['.gitlab-ci.yml', 'README.md', 'package.json', 'src']);
    expect(listTree('src')).toEqual(['greet.js', 'sum.js']);
    expect(remote.sha(BRANCH)).toBe(headSha);
  });
});

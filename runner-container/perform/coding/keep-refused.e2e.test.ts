import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import { findRefusedWork } from '../../../shared/domain/runs/refused-work.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import { Secret } from '../../../shared/kernel/secret.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { aRunnerSettings, makeWorkspace } from '../../../test/builders/workspace.ts';
import { createImpatientClock } from '../../../test/doubles/impatient-clock.ts';
import { only } from '../../../test/doubles/only.ts';
import { git, makeGit, makeRemoteRepository, type RemoteRepository } from '../../../test/git-repositories.ts';
import { checkoutWorkBranch } from '../../git/checkout-work-branch.ts';
import { cloneRepository } from '../../git/clone-repository.ts';
import { Refusal } from '../delivery/refusal.ts';
import { keepRefused, type RefusedSubject } from './keep-refused.ts';

const signal = new AbortController().signal;
const BRANCH = 'agent/PROJ-1';
const FILE = '.gitlab-ci.yml';

let remote: RemoteRepository;
beforeEach(() => {
  remote = makeRemoteRepository();
});
afterEach(() => remote.remove());

interface Given {
  /** Kinds of files that the store does not take. */
  unstored?: readonly string[];
  /** What Jira takes of a patch. */
  takes?: 'file' | 'comment' | 'nothing';
  source?: Parameters<typeof aBinding>[0];
  /** Which file is changed. */
  file?: string;
  /** Writes in a row to which storage does not answer: the first ones of all. */
  unanswered?: number;
  /** Other runs of the ticket. */
  others?: Run[];
}

/** A session whose change of a protected file was refused, and what became of it. */
async function refuse({ unstored = [], takes = 'file', source, file = FILE, others = [], unanswered = 0 }: Given = {}) {
  const binding = aBinding(source);
  const workspace = makeWorkspace(remote.directory);
  const clone = { remote: remote.remote, gitDir: workspace.gitDir, workTree: workspace.tree, branch: 'main' };
  const repository = await cloneRepository(makeGit(remote.directory), clone, signal);
  const { headSha, targetSha } = await checkoutWorkBranch(repository, { branch: BRANCH }, signal);
  write(workspace.tree, file, 'test: {}\n');

  const plain = aRunContext(aCodingTask());
  let left = unanswered;
  const answer = () => {
    left -= 1;
    if (left >= 0) throw new TaskError('storage-unavailable');
  };
  const context = {
    ...plain,
    async stage(...stage: Parameters<typeof plain.stage>) {
      answer();
      return plain.stage(...stage);
    },
  };
  const attached: string[] = [];
  const comments: unknown[] = [];
  const stored: string[] = [];
  const followed: unknown[] = [];
  const deps = {
    settings: aRunnerSettings(),
    isolation: { kind: 'none' as const, reason: 'a test' },
    // The waits for storage end at once.
    clock: createImpatientClock(1 * SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND),
    validateSecretFor: async () => new Secret('not-asked-for'),
    redact: (text: string) => text,
    maskWritten: createRedactor().maskWritten,
    listRunEvents: async () => [],
    followKeptBranch: async (branch: unknown) => void followed.push(branch),
    files: only<NonNullable<RefusedSubject['deps']['files']>>({
      async keep(_run, kind) {
        if (unstored.includes(kind)) throw new TaskError('storage-refused');
        answer();
        stored.push(kind);
        return kind;
      },
    }),
    jira: only<Jira>({
      getMyself: async () => theAgent(),
      listComments: async () => [],
      async attachText({ text }) {
        if (takes !== 'file') throw new TaskError('jira-refused');
        attached.push(text);
      },
      async addComment(_issueKey, body) {
        if (takes === 'nothing') throw new TaskError('jira-refused');
        comments.push(body);
        return anIssueComment({ body });
      },
    }),
  };
  const coding = {
    binding,
    branch: BRANCH,
    context,
    others,
    project: only<RefusedSubject['project']>({ projectId: 7 }),
    issue: { key: 'PROJ-1' },
    deps: only<RefusedSubject['deps']>(deps),
  };
  const describeWork = () => ({ binding, runId: 'run-1', issueKey: 'PROJ-1', summary: 'Greet', body: '' });
  const state = { base: headSha, objects: new Set<string>() };
  const request = { repository, binding, targetSha, state, deps, describe: describeWork };
  const failure = new Refusal('change-refused', { detail: 'refused', evidence: '' });
  const result = { summary: 'Greets', plan: [], tests: [] };
  const { detail = '' } = await keepRefused({ coding, request, result }, failure, signal);
  const events = context.stages.map(({ name, fields }) => ({ name, fields: fields as never }));
  return { detail, attached, comments, stored, followed, recorded: findRefusedWork(events) };
}

function write(tree: string, name: string, text: string): void {
  mkdirSync(path.dirname(path.join(tree, name)), { recursive: true });
  writeFileSync(path.join(tree, name), text);
}

const FILES = [{ path: FILE, rule: 'protected-path' }];
const ALLOW = `/copilot allow ${FILE}`;

describe('refused work where one place takes nothing', () => {
  it('is on the ticket and in the record, to be delivered as it is', async () => {
    const { attached, stored, recorded, detail } = await refuse();
    expect(attached).toHaveLength(1);
    expect(stored).toEqual(['refused.json', 'patch']);
    expect(recorded).toMatchObject({ files: FILES, kept: { kind: 'patch' }, digest: expect.any(String) });
    expect(detail).toContain(ALLOW);
  });

  it.each([
    { unstored: ['patch'], digest: expect.any(String) },
    { unstored: ['refused.json'], digest: undefined },
    { unstored: ['patch', 'refused.json'], digest: undefined },
  ])('is on the ticket where the storage takes no $unstored', async ({ unstored, digest }) => {
    const { attached, recorded, detail } = await refuse({ unstored });
    expect(attached).toHaveLength(1);
    expect(recorded).toMatchObject({ files: FILES, kept: { kind: 'patch' } });
    expect(recorded?.digest).toEqual(digest);
    expect(detail).toContain(ALLOW);
  });

  it('is recorded as ever where storage does not answer for a while', async () => {
    const { stored, recorded, detail } = await refuse({ unanswered: 4 });
    expect(stored).toEqual(['refused.json', 'patch']);
    expect(recorded).toMatchObject({ files: FILES, kept: { kind: 'patch' }, digest: expect.any(String) });
    expect(detail).toContain(ALLOW);
  });

  it('stands in a comment where Jira takes no file', async () => {
    const { comments, recorded } = await refuse({ takes: 'comment' });
    expect(comments).toHaveLength(1);
    expect(recorded).toMatchObject({ files: FILES, kept: { kind: 'patch' } });
  });

  it('is recorded where Jira takes neither, and names no line to write, because no person could read it', async () => {
    const { recorded, detail } = await refuse({ takes: 'nothing' });
    expect(recorded).toMatchObject({ files: FILES, kept: { kind: 'nowhere' }, digest: expect.any(String) });
    expect(detail).toContain('It is kept nowhere, because Jira took it neither as an attachment nor as a comment.');
    expect(detail).not.toContain('/copilot allow');
  });
});

it('what earlier runs have pushed stays known where GitLab does not take the next push', async () => {
  const name = `${BRANCH}--refused`;
  const sha = remote.push(name, { 'docs/page.md': 'of us\n' });
  const others = [aRun({ task: aCodingTask(), facts: { keptBranch: { projectId: 7, name, sha } } })];
  git(remote.bare, 'config', 'receive.advertisePushOptions', 'false');

  const source: Given['source'] = { refused_work: 'branch', paths: ['src/**'] };
  const { followed, detail } = await refuse({ source, file: 'a.md', others });

  expect(detail).toContain('GitLab did not take the push');
  expect(remote.sha(name)).toBe(sha);
  expect(followed).toEqual([expect.objectContaining({ branch: name, earlier: [sha] })]);
});

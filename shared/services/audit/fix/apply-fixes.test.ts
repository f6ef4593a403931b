import { beforeEach, expect, it } from 'vitest';
import { anAuditReport, aReportChange, aReportStory } from '../../../../test/builders/audit-report.ts';
import { aGitLabUser, aMergeRequest, aNote } from '../../../../test/builders/gitlab.ts';
import { aJiraUser, anIssue } from '../../../../test/builders/jira.ts';
import { createManualClock, type ManualClock } from '../../../../test/doubles/manual-clock.ts';
import { createMemoryTools } from '../../../../test/doubles/memory-tools.ts';
import type { Fix } from '../../../domain/audit/fix/fix.ts';
import { fixExitCode } from '../../../domain/audit/fix/fix-result.ts';
import { changeLabel } from '../../../domain/audit/report/change-label.ts';
import type { CommitComment, GitLab, MergeRequest, Note } from '../../../domain/ports/gitlab.ts';
import type { Issue, Jira, NewIssue } from '../../../domain/ports/jira.ts';
import { MINUTE } from '../../../kernel/clock.ts';
import { type ErrorCode, TaskError } from '../../../kernel/errors.ts';
import { applyFixes, inspectFixes } from './apply-fixes.ts';
import type { FixDeps } from './fix-deps.ts';

const base = { finding: 'f', why: 'w' };
const version: Fix = { ...base, kind: 'set-fix-version', key: 'PROJ-9', fixVersion: '2.4.0' };
const proposal: Fix = {
  ...base,
  kind: 'propose-key',
  repository: 'group/app',
  mergeRequestIid: 1,
  candidates: [{ key: 'PROJ-2', summary: 'Export', because: 'It has no code.' }],
  proposedTitle: 'PROJ-2: Export it',
};
const ticket: Fix = {
  ...base,
  kind: 'create-ticket',
  change: 'group/app!1',
  project: 'PROJ',
  summary: 'Export it',
  fixVersion: '2.4.0',
  url: 'https://gitlab.example/group/app/-/merge_requests/1',
};
const push: Fix = { ...ticket, change: 'group/app@abc' };
const hand: Fix = { ...base, kind: 'hand-to-agent', key: 'PROJ-2', summary: 'Export' };

/** The state of both services, which the tests change. */
let state: {
  issue: Issue;
  fixVersions: { key: string; names: string[] };
  version: { id: string; name: string } | undefined;
  mergeRequest: MergeRequest | undefined;
  notes: Note[];
  comments: CommitComment[];
  created: (NewIssue & { key: string; searchable: boolean })[];
  writes: string[];
  /** Access levels in the project by account. */
  levels: Map<number, number>;
  /** Codes with which calls of this name fail. */
  fails: Partial<Record<keyof Jira | keyof GitLab, ErrorCode>>;
};
let clock: ManualClock;
let mapping: Record<string, unknown>;
let formerPaths: string[];
beforeEach(() => {
  clock = createManualClock(Date.UTC(2026, 10, 28));
  mapping = {};
  formerPaths = [];
  state = {
    issue: anIssue({ key: 'PROJ-2', status: { id: '1', name: 'To Do', category: 'new' } }),
    fixVersions: { key: 'PROJ-9', names: [] },
    version: { id: '10', name: '2.4.0' },
    mergeRequest: aMergeRequest({ iid: 1, state: 'merged', title: 'Export it' }),
    notes: [],
    comments: [],
    created: [],
    writes: [],
    levels: new Map(),
    fails: {},
  };
});

function did(name: keyof Jira | keyof GitLab, what = ''): void {
  const code = state.fails[name];
  if (code !== undefined) throw new TaskError(code, { detail: 'It said no.' });
  if (!/^(find|get|list|search)/.test(name)) state.writes.push(`${name} ${what}`.trim());
}

const self = aGitLabUser({ id: 99, username: 'cmap' });
const gitlab: Partial<GitLab> = {
  getCurrentUser: async () => self,
  getAccessLevel: async (_projectId, userId) => state.levels.get(userId) ?? 0,
  async findMergeRequest() {
    did('findMergeRequest');
    return state.mergeRequest;
  },
  listNotes: async () => state.notes,
  listCommitComments: async () => state.comments,
  async addCommitComment(_projectId, _sha, body) {
    did('addCommitComment');
    state.comments.push({ body, author: self, createdAt: clock.now() });
  },
  async createNote(_projectId, _iid, body) {
    did('createNote');
    const note = aNote({ id: state.notes.length + 1, author: self, body, updatedAt: clock.now() });
    state.notes.push(note);
    return note;
  },
  async updateNote(_projectId, _iid, id, body) {
    did('updateNote');
    Object.assign(state.notes[id - 1] ?? {}, { body, updatedAt: clock.now() });
  },
};
const jira: Partial<Jira> = {
  async getFixVersions() {
    did('getFixVersions');
    return state.fixVersions;
  },
  async findVersion(project) {
    did('findVersion');
    return project === 'PROJ' ? state.version : undefined;
  },
  async addFixVersion(key, id) {
    did('addFixVersion', `${key} ${id}`);
    state.fixVersions.names.push('2.4.0');
  },
  listIssueTypes: async () => [
    { id: '1', name: 'Epic', subtask: false, hierarchyLevel: 1 },
    { id: '2', name: 'Documentation', subtask: false, hierarchyLevel: 0 },
    { id: '3', name: 'Aufgabe', subtask: false, hierarchyLevel: 0 },
    { id: '4', name: 'Teilaufgabe', subtask: true, hierarchyLevel: -1 },
  ],
  async searchIssues(jql) {
    did('searchIssues');
    const found = state.created.filter(({ labels, searchable }) => searchable && jql.includes(labels[0] ?? '?'));
    return { issues: found.map(({ key, labels }) => anIssue({ key, labels })), unreadable: [], truncated: false };
  },
  async createIssue(issue) {
    const key = `PROJ-${50 + state.created.length}`;
    state.created.push({ ...issue, key, searchable: state.fails.createIssue === undefined });
    did('createIssue', key);
    return { key, url: `https://jira.example/browse/${key}` };
  },
  async findIssue(key) {
    did('findIssue');
    const found = state.created.find((issue) => issue.key === key);
    return found && anIssue({ key, labels: found.labels });
  },
  async listLabels(keys) {
    did('listLabels');
    return state.created.filter(({ key }) => keys.includes(key)).map((issue) => ({ ...issue, createdAt: clock.now() }));
  },
  async getIssue() {
    did('getIssue');
    return structuredClone(state.issue);
  },
  getMyself: async () => aJiraUser({ displayName: 'cmap' }),
  listGroups: async () => ['auditors'],
  listTransitions: async () => [{ id: '5', name: 'Hand over', to: { id: '2', name: 'AI Ready' } }],
  async transition(_key, id) {
    did('transition', id);
    state.issue.status.name = 'AI Ready';
  },
  async assign(_key, accountId) {
    did('assign', String(accountId));
    state.issue.assignee = aJiraUser({ accountId: String(accountId) });
  },
  async addLabel(_key, label) {
    did('addLabel', label);
    state.issue.labels.push(label);
  },
};

async function deps(): Promise<FixDeps> {
  const tools = createMemoryTools({ mappings: { PROJ: { repo: 'group/app', ...mapping } }, jira, gitlab });
  const report = anAuditReport({
    stories: [aReportStory({ key: 'PROJ-2', status: 'To Do', statusCategory: 'new', coverage: 'none' })],
    changes: [aReportChange({ keys: [] }), aReportChange({ id: 'group/app@abc', kind: 'direct-push', iid: null })],
  });
  for (const repository of report.repositories) repository.formerPaths = formerPaths;
  return {
    report,
    bindings: await tools.bindings(),
    jira: await tools.jira(),
    gitlabFor: (await tools.gitlab()).gitlabFor,
    mask: (text) => text,
    clock,
  };
}

const apply = async (...fixes: Fix[]) =>
  (await applyFixes(fixes, await deps(), () => {})).map(({ state, says }) => `${state}: ${says}`);

it('finds the binding of a repository that was transferred, which names its former path', async () => {
  mapping = { repo: 'old/app' };
  formerPaths = ['old/app'];
  expect(await apply(proposal)).toEqual(['applied: a note proposes PROJ-2; a person has to change the title']);
});

it.each<[string, Fix, string, string[], () => void]>([
  ['a version', version, 'got the fix version 2.4.0', ['addFixVersion PROJ-9 10'], () => {}],
  [
    'a version of an issue that was moved',
    version,
    'PROJ-77 (moved) got the fix version 2.4.0',
    ['addFixVersion PROJ-77 10'],
    () => {
      state.fixVersions.key = 'PROJ-77';
    },
  ],
  ['a proposal', proposal, 'a note proposes PROJ-2; a person has to change the title', ['createNote'], () => {}],
  [
    'a ticket of a merge request',
    ticket,
    'PROJ-50 was created; a person has to name it in the title',
    ['createNote', 'createIssue PROJ-50', 'updateNote'],
    () => {},
  ],
  [
    'a ticket of a direct push',
    push,
    'PROJ-50 was created',
    ['addCommitComment', 'createIssue PROJ-50', 'addCommitComment'],
    () => {},
  ],
  ['a hand-over by status', hand, 'is with the agent: it stands in "AI Ready"', ['transition 5'], () => {}],
  [
    'a hand-over by assignee',
    hand,
    'is with the agent: it is assigned to acc-1',
    ['assign acc-1'],
    () => {
      mapping = { trigger: { assignee: 'acc-1' } };
    },
  ],
  [
    'a hand-over by label, of a story that others block',
    hand,
    'is with the agent: it has the label "agent" once PROJ-3 is done',
    ['addLabel agent'],
    () => {
      mapping = { trigger: { label: 'agent' } };
      state.issue.blockedBy = [{ key: 'PROJ-3', done: false }];
    },
  ],
])('applies %s once', async (_name, fix, says, writes, prepare) => {
  prepare();
  const [before] = await inspectFixes([fix], await deps());
  expect(before?.state).toBe('to-do');
  expect(state.writes).toEqual([]);
  expect(await apply(fix)).toEqual([`applied: ${says}`]);
  expect(state.writes).toEqual(writes);
  expect((await apply(fix))[0]).toMatch(/^nothing: /);
  expect(state.writes).toEqual(writes);
});

it.each<[string, Fix, string, () => void]>([
  ['has the version', version, 'nothing: has the fix version 2.4.0', () => state.fixVersions.names.push('2.4.0')],
  [
    'has no such version in its project',
    version,
    'refused: PROJ has no version 2.4.0: create it, or take the change out',
    () => {
      state.version = undefined;
    },
  ],
  [
    'may not be edited',
    version,
    'refused: The Jira account of the agent may not do this. It said no.',
    () => {
      state.fails.addFixVersion = 'jira-forbidden';
    },
  ],
  [
    'is not shown',
    version,
    'refused: Jira does not show this issue to the agent. It said no.',
    () => {
      state.fails.getFixVersions = 'jira-not-found';
    },
  ],
  [
    'cannot be asked for',
    version,
    'not-known: Jira did not answer. It said no.',
    () => {
      state.fails.getFixVersions = 'jira-unavailable';
    },
  ],
  [
    'was closed',
    proposal,
    'refused: the merge request was closed without being merged',
    () => {
      state.mergeRequest = aMergeRequest({ iid: 1, state: 'closed' });
    },
  ],
  [
    'is gone',
    ticket,
    'refused: GitLab does not show the merge request',
    () => {
      state.mergeRequest = undefined;
    },
  ],
  [
    'got a key in its title',
    proposal,
    'nothing: its title names PROJ-7 by now',
    () => {
      state.mergeRequest = aMergeRequest({ iid: 1, title: 'PROJ-7: Export it' });
    },
  ],
  [
    'may not get a proposal',
    proposal,
    'refused: The configured GitLab credential may not do this. It said no.',
    () => {
      state.fails.createNote = 'gitlab-forbidden';
    },
  ],
  [
    'may not get a note, and so no ticket either',
    ticket,
    'refused: The configured GitLab credential may not do this. It said no.',
    () => {
      state.fails.createNote = 'gitlab-forbidden';
    },
  ],
  [
    'was moved on by a person or by the agent',
    hand,
    'refused: is "In Progress" now and was "To Do" at the audit',
    () => {
      state.issue.status.name = 'In Progress';
    },
  ],
  [
    'was taken by a person without a move',
    hand,
    'refused: is assigned to Ann now',
    () => {
      state.issue.assignee = aJiraUser({ displayName: 'Ann' });
    },
  ],
  [
    'is with the agent',
    hand,
    'nothing: is with the agent: it stands in "AI Ready"',
    () => {
      state.issue.status.name = 'AI Ready';
    },
  ],
  [
    'is of a binding that does not let this account ask',
    hand,
    'refused: the binding does not let cmap ask the agent (asker-not-named): let a person ask who may',
    () => {
      mapping = { askers: { groups: ['developers'] } };
    },
  ],
  [
    'has no binding',
    { ...hand, key: 'OPS-1' },
    'refused: no binding of the map has the project OPS',
    () => {
      state.issue.key = 'OPS-1';
    },
  ],
])('says of what %s that it is so, and goes on with the others', async (_name, fix, says, prepare) => {
  prepare();
  const other: Fix = fix.kind === 'set-fix-version' ? push : version;
  const [first, second] = await apply(fix, other);
  expect(first).toBe(says);
  expect(second).toMatch(/^applied: |^refused: PROJ has no version/);
  expect(state.created).toHaveLength(other === push && state.version ? 1 : 0);
});

it.each([
  { name: 'a merge request', fix: ticket, next: '; a person has to name it in the title' },
  { name: 'a direct push', fix: push, next: '' },
])('creates no second ticket of $name while the search of Jira may not show the first one', async ({ fix, next }) => {
  state.fails.createIssue = 'jira-unavailable'; // The answer is lost, and the index lags behind.
  const [lost] = await apply(fix);
  expect(lost).toMatch(
    /^not-known: Jira did not answer\. It may have created the ticket all the same: look for the label /,
  );
  state.fails = {};

  await clock.advance(5 * MINUTE);
  expect((await apply(fix))[0]).toMatch(/^not-known: a ticket was begun for it at 2026-11-28T00:00:00\.000Z/);
  for (const issue of state.created) issue.searchable = true;
  expect(await apply(fix)).toEqual([`applied: PROJ-50 was created for it${next}`]);
  for (const issue of state.created) issue.searchable = false;
  expect(await apply(fix)).toEqual([`nothing: PROJ-50 was created for it${next}`]);
  expect(state.created).toHaveLength(1);
  expect(state.notes.length + state.comments.length).toBe(fix === ticket ? 1 : 2);
});

it('does not wait with a ticket that Jira refused, and its note does not say that one comes', async () => {
  state.fails.createIssue = 'jira-refused';
  expect(await apply(ticket)).toEqual(['refused: Jira refused the request. It said no.']);
  expect(state.notes.map(({ body }) => body)).toEqual([
    expect.stringContaining('A ticket for it could not be created in PROJ.'),
  ]);
  state.fails = {};
  state.created.length = 0;
  expect(await apply(ticket)).toEqual(['applied: PROJ-50 was created; a person has to name it in the title']);
  expect(state.notes).toHaveLength(1);
});

it('creates the ticket that was begun and never came to be', async () => {
  state.fails.createIssue = 'jira-unavailable';
  await apply(ticket);
  state.fails = {};
  state.created.length = 0;
  await clock.advance(11 * MINUTE);
  expect(await apply(ticket)).toEqual(['applied: PROJ-50 was created; a person has to name it in the title']);
});

it.each<{ name: string; level: number; fix: Fix; says: string; written: number }>([
  {
    name: 'the proposal of a developer',
    level: 30,
    fix: proposal,
    says: 'nothing: a note proposes PROJ-2; a person has to change the title',
    written: 1,
  },
  {
    name: 'not that of a reporter',
    level: 20,
    fix: proposal,
    says: 'applied: a note proposes PROJ-2; a person has to change the title',
    written: 2,
  },
  {
    name: 'not that of an account which is no member',
    level: 0,
    fix: proposal,
    says: 'applied: a note proposes PROJ-2; a person has to change the title',
    written: 2,
  },
  {
    name: 'the note of a maintainer that names the ticket of a merge request',
    level: 40,
    fix: ticket,
    says: 'nothing: PROJ-50 was created for it; a person has to name it in the title',
    written: 1,
  },
  {
    name: 'not that of a stranger',
    level: 10,
    fix: ticket,
    says: 'applied: PROJ-50 was created for it; a person has to name it in the title',
    written: 2,
  },
])('takes of other accounts $name', async ({ level, fix, says, written }) => {
  await apply(fix);
  state.levels.set(12, level);
  state.notes = state.notes.map((note) => ({ ...note, author: aGitLabUser({ id: 12 }) }));
  expect(await apply(fix)).toEqual([says]);
  expect(state.notes).toHaveLength(written);
  // Of this account there is one note for each, however often it is applied.
  expect((await apply(fix))[0]).toMatch(/^nothing: /);
  expect(state.notes).toHaveLength(written);
});

it('lets a marker by a member stop no ticket, for longer than one may be on its way', async () => {
  state.fails.createIssue = 'jira-unavailable';
  await apply(ticket);
  state.fails = {};
  state.created.length = 0;
  state.levels.set(12, 30);
  state.notes = state.notes.map((note) => ({ ...note, author: aGitLabUser({ id: 12 }) }));
  expect((await apply(ticket))[0]).toMatch(/^not-known: a ticket was begun for it at 2026-11-28T00:00:00\.000Z/);
  await clock.advance(10 * MINUTE);
  expect(await apply(ticket)).toEqual(['applied: PROJ-50 was created; a person has to name it in the title']);

  // A ticket that only a note names, and no label, is none of this change.
  const [forged] = state.notes;
  state.created.length = 0;
  state.notes = [aNote({ author: aGitLabUser({ id: 12 }), body: forged?.body ?? '' })];
  expect(await apply(ticket)).toEqual(['applied: PROJ-50 was created; a person has to name it in the title']);
});

it('names a ticket that was created and could not be named on its change, and does so later', async () => {
  state.fails.updateNote = 'gitlab-forbidden';
  let notes = 0;
  const { createNote } = gitlab;
  gitlab.createNote = async (...parts) => {
    notes += 1;
    if (notes > 1) throw new TaskError('gitlab-forbidden', { detail: 'It said no.' });
    return createNote?.(...parts) ?? aNote();
  };
  expect(await apply(ticket)).toEqual([
    'refused: The configured GitLab credential may not do this. It said no. PROJ-50 was created for it; only the note that names it is missing.',
  ]);
  if (createNote) gitlab.createNote = createNote;
  state.fails = {};
  expect(await apply(ticket)).toEqual(['applied: PROJ-50 was created for it; a person has to name it in the title']);
  expect(state.created).toHaveLength(1);
});

it('gives a ticket the version, the label of its change, and a type that needs code', async () => {
  await apply(ticket);
  expect(state.created).toMatchObject([
    {
      projectKey: 'PROJ',
      issueTypeId: '3',
      fixVersionId: '10',
      labels: [changeLabel('group/app!1')],
      summary: 'Export it',
    },
  ]);
  expect(await applyFixes([push], { ...(await deps()), issueType: 'Epic' }, () => {})).toMatchObject([
    { state: 'refused', says: 'PROJ has no issue type Epic for a change; it has Aufgabe' },
  ]);
});

it.each([
  [[], true, 0],
  [['nothing', 'applied'], true, 0],
  [['nothing', 'to-do'], true, 1],
  [['refused'], true, 1],
  [['refused', 'not-known'], true, 3],
  [[], false, 3],
] as const)('ends %j (audit complete: %s) with %i', (states, complete, code) => {
  expect(fixExitCode({ complete, outcomes: states.map((state) => ({ fix: version, state, says: '' })) })).toBe(code);
});

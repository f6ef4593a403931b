import { describe, expect, it } from 'vitest';
import type { Allowance } from '../../../shared/domain/runs/allowed-event.ts';
import type { RefusedWork } from '../../../shared/domain/runs/refused-work.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { aRun } from '../../../test/builders/runs.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { anAgentNote, aTorturedMergeRequest, someFacts } from '../../../test/builders/torture.ts';
import { ADA, BEA, PROTECTED_FILE } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { checkRefused } from './check-refused.ts';

const READ = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const BRANCH = 'agent/GATE-1--refused';

const aTask = (jiraProject: string, id = '0') =>
  aCodingTask({ id: `coding~${jiraProject}-1~${id}`, issueKey: `${jiraProject}-1`, jiraProject });
const refused = (jiraProject = 'KEEP', overrides: Partial<Run> = {}) =>
  aRun({ state: 'failed', code: 'change-refused', task: aTask(jiraProject), updatedAt: 10, ...overrides });
const delivered = (jiraProject = 'KEEP', overrides: Partial<Run> = {}) =>
  aRun({
    runId: 'run-2',
    state: 'done',
    task: aTask(jiraProject, 'c77'),
    result: { what: 'merge-request', commitSha: 'c' },
    updatedAt: 20,
    ...overrides,
  });
const PATCH: RefusedWork = { files: [], more: 0, kept: { kind: 'patch', name: 'cmap-run-1.patch' } };
const ON_BRANCH: RefusedWork = { files: [], more: 0, kept: { kind: 'branch', branch: BRANCH, sha: 'd' } };
const attached = { issueKey: 'KEEP-1', name: 'cmap-run-1.patch' };
const kept = { repo: 'group/gate', branch: BRANCH, sha: 'd' };
const anAllowance = (overrides: Partial<Allowance> = {}): Allowance => ({
  run: 'run-1',
  files: [{ path: PROTECTED_FILE, rule: 'protected-path', content: `file ${READ}` }],
  by: 'Ada',
  account: ADA,
  service: 'jira',
  maintainer: ADA,
  comment: '77',
  saidAt: 15,
  ...overrides,
});
const records = (refusedWork: RefusedWork | undefined, allowed?: Allowance): Facts['records'] =>
  new Map<string, { refused?: RefusedWork; allowed?: Allowance }>([
    ['run-1', refusedWork ? { refused: refusedWork } : {}],
    ['run-2', allowed ? { allowed } : {}],
  ]);
const commitOf = (repo: string, path: string, blob = READ) =>
  new Map([[repo, [{ sha: 'c'.repeat(40), runs: ['run-2'], files: [{ path, blob }] }]]]);
const said = (by: string) => ({ issueKey: 'KEEP-1', comment: '77', by, refusal: '70' });

interface Case {
  name: string;
  facts: Partial<Facts>;
  torture?: object;
  status?: string;
  comments?: string[];
  expected: string[];
}

function check({ facts, torture = {}, status = 'indeterminate', comments = ['77'] }: Omit<Case, 'name' | 'expected'>) {
  const jira = { issue: () => ({ status: { category: status } }), comments: () => comments.map((id) => ({ id })) };
  const given = { allowed: [], pushed: [], log: [], environment: { jira }, ...torture };
  const found = checkRefused(someFacts(facts), given as unknown as TortureEnvironment); // only what it looks at
  return found.map(({ kind, what }) => `${kind}: ${what}`);
}

describe('work that is refused', () => {
  it.each<Case>([
    {
      name: 'and attached',
      facts: { runs: [refused()], records: records(PATCH), attachments: [attached] },
      expected: [],
    },
    {
      name: 'and not recorded',
      facts: { runs: [refused()], records: records(undefined) },
      expected: ['loss: coding~KEEP-1~0 was refused and has no record of it'],
    },
    {
      name: 'and not where its record says',
      facts: { runs: [refused()], records: records(PATCH) },
      expected: ['loss: cmap-run-1.patch was kept on KEEP-1 and is not there'],
    },
    {
      name: 'and attached twice',
      facts: { runs: [refused()], records: records(PATCH), attachments: [attached, attached] },
      expected: ['duplicate: KEEP-1 cmap-run-1.patch is attached 2 times'],
    },
    {
      name: 'and attached and in a comment',
      facts: {
        runs: [refused()],
        records: records(PATCH),
        attachments: [attached],
        reports: [{ issueKey: 'KEEP-1', commentId: '1', purpose: 'refused-work', runId: 'run-1', text: '' }],
      },
      expected: ['duplicate: cmap-run-1.patch is attached to KEEP-1 and stands in a comment'],
    },
    {
      name: 'and on its branch',
      facts: { runs: [refused('GATE')], records: records(ON_BRANCH), keptBranches: [kept] },
      expected: [],
    },
    {
      name: 'and whose branch is gone',
      facts: { runs: [refused('GATE')], records: records(ON_BRANCH) },
      expected: ['loss: agent/GATE-1--refused is gone although GATE-1 was not delivered'],
    },
    {
      name: 'and whose ticket has ended',
      facts: { runs: [refused('GATE')], records: records(ON_BRANCH) },
      status: 'done',
      expected: [],
    },
    {
      name: 'and delivered, and its branch is left',
      facts: { runs: [refused('GATE'), delivered('GATE')], records: records(ON_BRANCH), keptBranches: [kept] },
      expected: ['stuck: agent/GATE-1--refused is left although GATE-1 was delivered'],
    },
    {
      name: 'and delivered, and its branch is one of people by now',
      facts: { runs: [refused('GATE'), delivered('GATE')], records: records(ON_BRANCH), keptBranches: [kept] },
      torture: { pushed: [{ repo: 'group/gate', branch: BRANCH, sha: 'd' }] },
      expected: [],
    },
    {
      name: 'and delivered, where GitLab did not take the branch away',
      facts: { runs: [refused('GATE'), delivered('GATE')], records: records(ON_BRANCH), keptBranches: [kept] },
      torture: { log: [`{"event":"branch of refused work not removed","branch":"${BRANCH}"}`] },
      expected: [],
    },
    {
      name: 'and proposed from its branch',
      facts: { mergeRequests: [aTorturedMergeRequest({ sourceBranch: BRANCH, author: { bot: true } })] },
      expected: ['defect: group/app!3 was opened from agent/GATE-1--refused'],
    },
    {
      name: 'and passed without a word',
      facts: { gated: commitOf('group/keep', PROTECTED_FILE) },
      expected: ['defect: .gitlab-ci.yml passed in cccccccc of group/keep without a word'],
    },
    {
      name: 'and passed outside its part without a word',
      facts: { gated: commitOf('group/gate', 'other/GATE-1.md') },
      expected: ['defect: other/GATE-1.md passed in cccccccc of group/gate without a word'],
    },
    { name: 'for nothing in its part', facts: { gated: commitOf('group/gate', 'docs/GATE-1.md') }, expected: [] },
    {
      name: 'and passed by the word of a maintainer',
      facts: { gated: commitOf('group/keep', PROTECTED_FILE), records: records(undefined, anAllowance()) },
      expected: [],
    },
    {
      name: 'and passed with another content than was read',
      facts: { gated: commitOf('group/keep', PROTECTED_FILE, OTHER), records: records(undefined, anAllowance()) },
      expected: ['defect: .gitlab-ci.yml passed in cccccccc of group/keep as no person has read it'],
    },
    {
      name: 'outside its part, and passed as another session wrote it',
      facts: {
        gated: commitOf('group/gate', 'other/GATE-1.md', OTHER),
        records: records(undefined, anAllowance({ files: [{ path: 'other/GATE-1.md', rule: 'outside-paths' }] })),
      },
      expected: [],
    },
  ])('$name', ({ expected, ...given }) => expect(check(given)).toEqual(expected));
});

describe('a word that lets files pass', () => {
  it.each<Case>([
    {
      name: 'of a maintainer',
      facts: { runs: [delivered()], records: records(undefined, anAllowance()) },
      torture: { allowed: [said(ADA)] },
      expected: [],
    },
    {
      name: 'of a person without the right, whose run did nothing',
      facts: { runs: [delivered('KEEP', { state: 'superseded' })] },
      torture: { allowed: [said(BEA)] },
      expected: [],
    },
    {
      name: 'of a person without the right, which was carried out',
      facts: { runs: [delivered()] },
      torture: { allowed: [said(BEA)] },
      expected: ['defect: coding~KEEP-1~c77 did what bea may not let pass'],
    },
    {
      name: 'of a person without the right, taken for one of a maintainer',
      facts: { records: records(undefined, anAllowance()) },
      torture: { allowed: [said(BEA)] },
      expected: ['defect: Ada let files pass in comment 77 without the right'],
    },
    {
      name: 'of a maintainer who is none',
      facts: { records: records(undefined, anAllowance({ by: 'Bea', maintainer: BEA })) },
      expected: ['defect: Bea let files pass in comment 77 without the right'],
    },
    {
      name: 'that counts for two runs',
      facts: { records: new Map(['run-2', 'run-3'].map((runId) => [runId, { allowed: anAllowance() }])) },
      expected: ['duplicate: one word let files pass in 2 runs: jira 77'],
    },
    {
      name: 'of a maintainer, with no answer',
      facts: {},
      torture: { allowed: [said(ADA)] },
      expected: ['loss: comment 77 of a maintainer on KEEP-1 had no answer'],
    },
    { name: 'on a ticket that is done', facts: {}, torture: { allowed: [said(ADA)] }, status: 'done', expected: [] },
    {
      name: 'in a note that was answered',
      facts: { notes: [anAgentNote({ purpose: 'answer', answers: 77 })] },
      torture: { allowed: [said(ADA)] },
      comments: [],
      expected: [],
    },
    {
      name: 'in a note of a merge request that has ended',
      facts: {},
      torture: { allowed: [said(ADA)] },
      comments: [],
      expected: [],
    },
  ])('$name', ({ expected, ...given }) => expect(check(given)).toEqual(expected));
});

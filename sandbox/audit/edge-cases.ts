import { AuditPolicy } from '../../shared/domain/audit/policy/audit-policy.ts';
import type { AuditPlan } from '../../shared/services/audit/plan/audit-plan.ts';
import type { SandboxGitLab } from '../gitlab/server/start-sandbox-gitlab.ts';
import type { MergeMethod } from '../gitlab/state/fake-state.ts';
import type { SandboxJira } from '../jira/sandbox-jira.ts';
import { type Change, makeChange, type ReleaseParts } from './make-change.ts';

const VERSION = '2.5.0';
const BASE = 'v2.4.0';

/** The issues that the edge cases name. `SHOP` and `PAY` stay as they are. */
export function fillEdgeIssues(jira: SandboxJira): void {
  jira.addVersion('EDGE', '2.4.0', { released: true });
  jira.addVersion('EDGE', VERSION);
  const story = (summary: string, values: Partial<Parameters<SandboxJira['createIssue']>[0]> = {}) =>
    jira.createIssue({ project: 'EDGE', summary, type: 'Story', status: 'Done', fixVersions: [VERSION], ...values });
  story('Is in order'); // EDGE-1
  story('Is reverted and restored');
  story('Is reverted');
  story('Is only open');
  story('Was not to be done', { resolution: "Won't Do" }); // EDGE-5
  story('Is reopened');
  story('Is changed after its approval');
  story('Is approved by a committer');
  story('Is approved by a bot');
  story('Is not approved'); // EDGE-10
  story('Is a part of the first', { type: 'Sub-task', parent: 'EDGE-1', fixVersions: [] });
  story('Is of the version before', { fixVersions: ['2.4.0'] });
  story('Is secret', { fixVersions: [] });
  story('Is rebased after its approval');
  story('Is done by the first'); // EDGE-15
  story('Needs no code', { labels: ['no-code'] });
  jira.linkIssues('EDGE-15', { name: 'Incorporates', inward: 'incorporates', outward: 'is incorporated by' }, 'EDGE-1');
  jira.restrictIssue('EDGE-13');
}

/** Plays the same history in a new project, merged as the project does it. */
export async function playEdgeCases(
  parts: ReleaseParts & { gitlab: SandboxGitLab },
  project: { path: string; mergeMethod: MergeMethod; squash?: boolean },
): Promise<void> {
  const { gitlab, clock } = parts;
  const { path } = project;
  const members = { ada: 30, bob: 30, carol: 40, cmap: 30, auditor: 20 };
  clock.set('2026-12-01T08:00:00Z');
  await gitlab.addProject({ ...project, members, files: { 'README.md': '# Edge cases\n' } });
  await gitlab.as('carol').tag(path, BASE, 'main');
  const start = gitlab.project(path).repository.branches.get('main') ?? '';
  const change = (key: string, text: string, more: Partial<Change> = {}) =>
    makeChange(parts, { path, branch: key.toLowerCase(), title: `${key}: ${text}`, ...more });
  const mergedAs = (iid: number) => {
    const { mergeCommitSha, squashCommitSha, headSha } = gitlab.project(path).mergeRequests[iid - 1] ?? {};
    return mergeCommitSha ?? squashCommitSha ?? headSha;
  };
  const revert = async (iid: number, subject: string, branch: string) => {
    const title = `Revert "${subject}"`;
    return makeChange(parts, { path, branch, title, messages: [`${title}\n\nThis reverts commit ${mergedAs(iid)}.`] });
  };

  await change('EDGE-1', 'Do it, and the tests');
  const second = await change('EDGE-2', 'Do it for now');
  const undone = await revert(second, 'EDGE-2: Do it for now', 'undo-2');
  await revert(undone, 'Revert "EDGE-2: Do it for now"', 'redo-2');
  const third = await change('EDGE-3', 'Do it badly');
  await revert(third, 'EDGE-3: Do it badly', 'undo-3');
  await change('EDGE-4', 'Wait for a review', { open: true });
  await change('EDGE-5', 'Do what was not to be done');
  await change('EDGE-6', 'Do half of it');
  await change('EDGE-7', 'Add one thing more', { changedLate: true });
  await change('EDGE-8', 'Do it in two', { helper: 'bob' });
  await change('EDGE-9', 'Let a bot look', { approvers: ['cmap'] });
  await change('EDGE-10', 'Ask for no review', { approvers: [] });
  await change('EDGE-11', 'Do a part');
  await change('EDGE-12', 'Do it late');
  await change('EDGE-13', 'Do it in secret');
  await change('EDGE-14', 'Start long ago', { from: start });
  await change('EDGE-99', 'Name a number that does not exist');
  await change('PAY-2', 'Do the work of another team');
  await makeChange(parts, { path, branch: 'encoding', title: 'Read files as UTF-8, see CVE-2026-41284 and SHA-1' });
  clock.advance(60);
}

/** What happens in Jira after everything was merged. */
export function reopenEdgeIssue({ jira, clock }: { jira: SandboxJira } & Pick<ReleaseParts, 'clock'>): void {
  clock.set('2026-12-08T08:00:00Z');
  jira.moveIssue('EDGE-6', 'In Progress');
  clock.advance(60);
  jira.moveIssue('EDGE-6', 'Done');
  clock.advance(60);
}

/** The audit of one project with the edge cases. */
export function createEdgePlan(repository: string): AuditPlan {
  return {
    fixVersion: VERSION,
    projects: ['EDGE'],
    mappedProjects: ['EDGE', 'PAY', 'SHOP'],
    repositories: [{ repository, credentialRef: 'default', to: 'main', from: BASE, paths: [] }],
    environment: null,
    scope: {},
    agentUsername: 'cmap',
    policy: AuditPolicy.parse({}),
    deep: false,
  };
}

import { escapeText } from '../../adapters/jira/adf/escape-markdown.ts';
import type { Binding } from '../../domain/mapping/binding.ts';
import { fillVersion } from '../../domain/mapping/version-branch.ts';
import {
  type BackPort,
  formatBackPortDescription,
  formatBackPortTitle,
  type ResolvedBackPort,
} from '../../domain/messages/format-back-ports.ts';
import type { GitLab, MergeRequest, NewMergeRequest } from '../../domain/ports/gitlab.ts';
import { isRefusedByGitLab } from '../../domain/ports/gitlab-refusals.ts';
import type { Issue, IssueDetails } from '../../domain/ports/jira.ts';
import { describeError, type TaskError } from '../../kernel/errors.ts';
import { isBranchName } from '../../kernel/text/branch-name.ts';
import { cleanText } from '../../kernel/text/clean-text.ts';

export type BackPortGitLab = Pick<
  GitLab,
  | 'findBranch'
  | 'listMergeRequestsBySourceBranch'
  | 'createBranch'
  | 'deleteBranch'
  | 'cherryPick'
  | 'listCommitsOfMergeRequest'
  | 'createMergeRequest'
>;

export interface MergedChange {
  mergeRequest: MergeRequest;
  issue: Pick<Issue, 'key' | 'summary' | 'url'> & { details: Pick<IssueDetails, 'fixVersions'> };
  binding: Pick<Binding, 'branchPrefix' | 'mergeRequest'> & { backPorts: string };
}

/** What is known of the work on a branch; `why` it was left to people is safe to stand in Markdown. */
export type BackPortProgress =
  | { what: 'none' }
  | { what: 'under-way' }
  | { what: 'there-already' }
  | { what: 'left'; why: string };

/** Has the agent resolve what conflicts. */
export interface BackPortResolver {
  find(branch: string): Promise<BackPortProgress>;
  /** The branches that it was asked to begin with, also those that are not wanted any more. */
  listBegun(): Promise<string[]>;
  /** Has one run begin, however often it is asked; false where the binding leaves conflicts to people. */
  begin(branch: string): Promise<boolean>;
}

/** Each one costs some five requests, and a ticket has few; who sets more has a release process of another kind. */
const MAX_BACK_PORTS = 10;

/**
 * Opens a draft merge request with the merged change for each fix version of the issue whose branch is there. GitLab
 * applies the commits; what conflicts is left to people, or to `resolver`. Safe to repeat: a back-port is known by its
 * source branch, also once it was closed or merged, and commits that are there are not applied twice. What the agent
 * has begun with is in the result also where the issue no longer has that version: people were told that they would
 * hear.
 * @throws {TaskError} `gitlab-*` for what may work later; what GitLab refuses is in the result.
 */
export async function openBackPorts(
  change: MergedChange,
  gitlab: BackPortGitLab,
  resolver?: BackPortResolver,
): Promise<{ backPorts: BackPort[]; left: number }> {
  const { mergeRequest, issue, binding } = change;
  const versions = [...new Set(issue.details.fixVersions.map((version) => version.trim()))];
  const wanted = versions
    .map((version) => ({ version, branch: fillVersion(binding.backPorts, version) }))
    .filter(({ branch }) => branch !== mergeRequest.targetBranch);
  const begun = (await resolver?.listBegun()) ?? [];
  const unwanted = begun.filter((name) => !wanted.some(({ branch }) => branch === name));
  const backPorts: BackPort[] = [];
  for (const { version, branch } of wanted.slice(0, MAX_BACK_PORTS))
    backPorts.push({ version, branch, ...(await openOne(change, branch, { gitlab, resolver })) });
  const left = wanted.length - backPorts.length;
  for (const branch of unwanted) backPorts.push({ branch, ...(await openOne(change, branch, { gitlab, resolver })) });
  return { backPorts, left };
}

type Ending = BackPort extends infer One ? (One extends BackPort ? Omit<One, 'version' | 'branch'> : never) : never;

async function openOne(
  change: MergedChange,
  branch: string,
  { gitlab, resolver }: { gitlab: BackPortGitLab; resolver: BackPortResolver | undefined },
): Promise<Ending> {
  if (!isBranchName(branch) || /\s/.test(branch)) return { what: 'odd-name' };
  const { projectId } = change.mergeRequest;
  const sourceBranch = nameBackPortBranch(change, branch);
  const earlier = await gitlab.listMergeRequestsBySourceBranch(projectId, sourceBranch);
  const same = earlier.find(({ targetBranch }) => targetBranch === branch);
  if (same) return toOpened(same);
  const release = await gitlab.findBranch(projectId, branch);
  if (!release) return { what: 'no-branch' };
  // A run of ours pushes to the source branch: it is not made or deleted under its hands.
  const begun = (await resolver?.find(branch)) ?? { what: 'none' as const };
  if (begun.what === 'under-way') return { what: 'resolving' };
  if (begun.what === 'there-already') return begun;
  try {
    if (begun.what === 'left') {
      const commits = await listMergedCommits(change.mergeRequest, gitlab);
      return { what: 'unresolved', why: begun.why, ...commits };
    }
    const isNew = (await gitlab.createBranch(projectId, sourceBranch, branch)) === 'created';
    const isEmpty = isNew || (await gitlab.findBranch(projectId, sourceBranch))?.sha === release.sha;
    const left = await applyAll(change.mergeRequest, { sourceBranch, isNew }, gitlab);
    if (left) {
      // One that was there with commits of its own may be the work of people.
      if (isEmpty) await gitlab.deleteBranch(projectId, sourceBranch);
      const isBegun = left.what === 'conflict' && (await resolver?.begin(branch));
      return isBegun ? { what: 'resolving' } : left;
    }
    return toOpened(await gitlab.createMergeRequest(projectId, describeBackPort(change, { sourceBranch, branch })));
  } catch (error) {
    if (!isRefusedByGitLab(error)) throw error;
    const { code, detail = '' } = error as TaskError; // what is refused is always ours
    return { what: 'refused', why: `${describeError(code).sentence} ${escapeText(cleanText(detail))}`.trim() };
  }
}

function toOpened({ iid, webUrl: url, state }: MergeRequest): Ending {
  return { what: 'opened', iid, url, state };
}

/** Beside the branches of tickets, so that no run takes it for one: `agent/back-port/PROJ-7-12-release-2.4`. */
export function nameBackPortBranch(
  {
    mergeRequest,
    issue,
    binding,
  }: {
    mergeRequest: Pick<MergeRequest, 'iid'>;
    issue: Pick<Issue, 'key'>;
    binding: Pick<Binding, 'branchPrefix'>;
  },
  branch: string,
): string {
  return `${binding.branchPrefix}back-port/${issue.key}-${mergeRequest.iid}-${branch.replaceAll('/', '-')}`;
}

/** `undefined` when the branch has the change; otherwise why it is of no use. */
async function applyAll(
  mergeRequest: MergeRequest,
  { sourceBranch, isNew }: { sourceBranch: string; isNew: boolean },
  gitlab: BackPortGitLab,
): Promise<Extract<Ending, { what: 'conflict' | 'there-already' }> | undefined> {
  const { commits, isMerge } = await listMergedCommits(mergeRequest, gitlab);
  let hasNews = false;
  for (const sha of commits) {
    const result = await gitlab.cherryPick(mergeRequest.projectId, sha, sourceBranch);
    if (result === 'conflict') return { what: 'conflict', commits, isMerge };
    hasNews ||= result === 'picked';
  }
  // On a branch of an earlier try, which died, commits are there because that try has applied them.
  return hasNews || !isNew ? undefined : { what: 'there-already' };
}

/** The merge commit brings all of it, also where the commits were squashed before; a fast-forward has none. */
export async function listMergedCommits(
  { projectId, iid, mergeCommitSha, squashCommitSha }: MergeRequest,
  gitlab: Pick<BackPortGitLab, 'listCommitsOfMergeRequest'>,
): Promise<{ commits: string[]; isMerge: boolean }> {
  if (mergeCommitSha !== undefined) return { commits: [mergeCommitSha], isMerge: true };
  if (squashCommitSha !== undefined) return { commits: [squashCommitSha], isMerge: false };
  return { commits: await gitlab.listCommitsOfMergeRequest(projectId, iid), isMerge: false };
}

/** The draft that brings the change to the branch of a version; `resolved` where the agent took it over. */
export function describeBackPort(
  {
    mergeRequest,
    issue,
    binding,
  }: Pick<MergedChange, 'mergeRequest'> & {
    issue: Pick<Issue, 'key' | 'summary' | 'url'>;
    binding: Pick<Binding, 'mergeRequest'>;
  },
  { sourceBranch, branch, resolved }: { sourceBranch: string; branch: string; resolved?: ResolvedBackPort },
): NewMergeRequest {
  const { labels } = binding.mergeRequest;
  const reviewerIds = mergeRequest.reviewers.map(({ id }) => id);
  const about = { issueKey: issue.key, issueSummary: issue.summary, issueUrl: issue.url, branch };
  return {
    sourceBranch,
    targetBranch: branch,
    title: formatBackPortTitle(about),
    description: formatBackPortDescription({ ...about, iid: mergeRequest.iid, ...(resolved ? { resolved } : {}) }),
    ...(labels.length > 0 ? { labels } : {}),
    ...(reviewerIds.length > 0 ? { reviewerIds } : {}),
    removeSourceBranch: true,
  };
}

import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import { isMerge, mergeRequestId } from '../changes/audit-change.ts';
import { toUtc } from '../facts/instant.ts';
import { isKnown, type Known, knownOr, NOT_KNOWN } from '../facts/known.ts';
import type { Person } from '../facts/person.ts';
import { nameOf } from '../people/same-person.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { ReportAgent, ReportApproval, ReportChange, ReportDeployment } from '../report/change.ts';
import { orNone } from './or-none.ts';

/** The row of a change. Its findings are added once the waivers have been applied to those of the whole release. */
export function reportChange(judged: JudgedChange): ReportChange {
  const { change, model, approval, links } = judged;
  return {
    id: change.id,
    ...describe(judged),
    repository: model.facts.repository,
    mergedSha: change.mergedSha,
    commits: change.commits.map((commit) => commit.sha),
    keys: uniqueNames(links.filter((link) => link.row.covers).map((link) => link.row.key)),
    reverted: revertedOf(judged),
    reverts: revertsOf(judged),
    inScope: change.inScope,
    agent: agentOf(judged),
    ...criteriaOf(judged),
    approvals: approvalsOf(judged),
    approvalsRequired: approval?.required ?? 0,
    approved: approval ? approval.approved : false,
    pipeline: judged.pipeline,
    deployments: deploymentsOf(judged),
    findings: orNone([]),
    sources: sourcesOf(judged),
  };
}

type Described = Pick<
  ReportChange,
  | 'kind'
  | 'iid'
  | 'title'
  | 'author'
  | 'mergedBy'
  | 'mergedAt'
  | 'sourceBranch'
  | 'targetBranch'
  | 'attribution'
  | 'carriers'
  | 'carrierOnly'
  | 'url'
>;

function describe({ change, model }: JudgedChange): Described {
  if (change.kind !== 'merge-request') {
    const { commit } = change;
    return {
      kind: change.kind,
      iid: null,
      title: commit.subject,
      author: commit.author.name,
      mergedBy: null,
      mergedAt: toUtc(commit.committedAt),
      sourceBranch: null,
      targetBranch: commit.branches[0] ?? null,
      attribution: 'none',
      carriers: [],
      carrierOnly: false,
      url: commit.url,
    };
  }
  const { facts, method, carriers } = change.mergeRequest;
  return {
    kind: change.kind,
    iid: facts.iid,
    title: facts.title,
    author: nameOf(facts.author),
    mergedBy: isKnown(facts.mergedBy) && facts.mergedBy !== null ? nameOf(facts.mergedBy) : nameless(facts.mergedBy),
    mergedAt: facts.mergedAt === null ? null : toUtc(facts.mergedAt),
    sourceBranch: facts.sourceBranch,
    targetBranch: facts.targetBranch,
    attribution: method,
    carriers: orNone(carriers.map((iid) => mergeRequestId(model.facts.repository, iid))),
    carrierOnly: change.carrierOnly,
    url: facts.url,
  };
}

function nameless(person: Known<Person | null>): Known<null> {
  return person === null ? null : NOT_KNOWN;
}

function revertedOf({ change, model }: JudgedChange): ReportChange['reverted'] {
  const code = change.commits.filter((commit) => !isMerge(commit));
  const taken = code.filter((commit) => model.net.revertedBy.has(commit.sha)).length;
  if (taken === 0) return 'no';
  return taken === code.length ? 'yes' : 'partly';
}

function revertsOf({ change, model }: JudgedChange): string[] {
  const named = change.commits.flatMap((commit) => {
    const revert = model.reverts.get(commit.sha);
    const targets = revert?.targets.map((sha) => model.changeOf.get(sha)?.id ?? sha) ?? [];
    return [...targets, ...(revert?.outside ?? [])];
  });
  return orNone(uniqueNames(named));
}

function agentOf({ agent }: JudgedChange): ReportAgent | null {
  if (!agent) return null;
  const { knownFrom, runIds, requesters, models, allowed } = agent;
  return {
    knownFrom,
    runIds,
    requesters: isKnown(requesters) ? uniqueNames(requesters.map(nameOf)) : NOT_KNOWN,
    models: isKnown(models) ? [...models].sort() : NOT_KNOWN,
    ...(allowed ? { allowed } : {}),
  };
}

function criteriaOf({ criteria }: JudgedChange): Pick<ReportChange, 'criteria'> {
  if (!criteria) return {};
  const { issueKey, headSha: sha, met, partly, notMet, notAnswered, leftOut, runId } = criteria.mark;
  const head = criteria.isOfMergedHead ? 'merged' : 'earlier';
  const left = leftOut === undefined ? {} : { leftOut };
  return { criteria: { issueKey, head, sha, met, partly, notMet, notAnswered, ...left, runId } };
}

function approvalsOf({ approval }: JudgedChange): Known<ReportApproval[]> {
  if (!approval) return [];
  if (!isKnown(approval.approvals)) return NOT_KNOWN;
  return approval.approvals
    .map(({ approval: one, verdict }) => ({
      by: nameOf(one.by),
      at: isKnown(one.at) ? toUtc(one.at) : NOT_KNOWN,
      verdict,
    }))
    .sort((a, b) => (`${a.at} ${a.by}` < `${b.at} ${b.by}` ? -1 : 1));
}

function deploymentsOf({ deployments }: JudgedChange): Known<ReportDeployment[]> {
  if (deployments === null) return orNone([]);
  if (!isKnown(deployments)) return NOT_KNOWN;
  return deployments.map((one) => ({
    environment: one.environment,
    at: toUtc(one.finishedAt),
    by: nameOf(one.by),
    approvedBy: isKnown(one.approvals) ? one.approvals.map((approval) => nameOf(approval.by)).sort() : NOT_KNOWN,
    sha: one.sha,
    url: one.url,
  }));
}

function sourcesOf({ change, deployments, criteria }: JudgedChange): string[] {
  const own =
    change.kind === 'merge-request'
      ? [
          change.mergeRequest.facts.source,
          ...(change.mergeRequest.facts.approvalsSource === null ? [] : [change.mergeRequest.facts.approvalsSource]),
          ...knownOr(change.mergeRequest.facts.approvals, []).flatMap((one) => one.listedIn ?? []),
          ...(criteria ? [criteria.mark.source] : []),
        ]
      : [];
  const commits = change.commits.map((commit) => commit.source);
  const deployed = deployments !== null && isKnown(deployments) ? deployments.map((one) => one.source) : [];
  return uniqueNames([...own, ...commits, ...deployed]);
}

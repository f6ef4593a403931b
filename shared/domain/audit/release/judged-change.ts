import { type ApprovalJudgement, judgeApprovals } from '../approvals/judge-approvals.ts';
import type { AuditChange } from '../changes/audit-change.ts';
import type { CriteriaOfChange } from '../criteria/criteria-of-change.ts';
import type { DeploymentFacts } from '../facts/deployment.ts';
import { isKnown, type Known, NOT_KNOWN } from '../facts/known.ts';
import type { ChangeLink } from '../links/change-link.ts';
import type { RepositoryModel } from '../model/repository-model.ts';
import type { AgentPart } from '../people/agent-of-change.ts';
import { judgePipeline } from '../pipelines/judge-pipeline.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import type { ReportPipeline } from '../report/change.ts';
import type { ReleaseFrame } from './release-frame.ts';

/** A change with what was decided about its approvals, pipeline and deployments. */
export interface JudgedChange {
  change: AuditChange;
  model: RepositoryModel;
  policy: AuditPolicy;
  links: ChangeLink[];
  agent: AgentPart | null;
  /** null where no review of the agent has marked criteria of its ticket. */
  criteria: CriteriaOfChange | null;
  /** null for a direct push, which has no approvals. */
  approval: ApprovalJudgement | null;
  pipeline: ReportPipeline;
  /** First deployments of its commits in the audited environment, oldest first; null when none is audited. */
  deployments: Known<DeploymentFacts[]> | null;
  /** Whether a deployment contains the commit it was merged as. */
  deployed: Known<boolean> | null;
}

/** Judges a change by the policy of its repository. */
export function judgeChange(
  change: AuditChange,
  links: ChangeLink[],
  model: RepositoryModel,
  frame: ReleaseFrame,
): JudgedChange {
  const { agentUsername, environment } = frame.facts.request;
  const policy = frame.policyOf(model.facts.repository, model.facts.formerPaths);
  const agent = frame.agentOf(change);
  const bots = botsOf(policy, agentUsername);
  return {
    change,
    model,
    policy,
    links,
    agent,
    criteria: frame.criteriaOf(change),
    approval:
      change.kind === 'merge-request'
        ? judgeApprovals({ change, agent, policy, bots, isDeploymentAudited: environment !== null })
        : null,
    pipeline: judgePipeline(change, model.pipelines),
    ...deploymentsOf(change, model, environment),
  };
}

/** Accounts that are no human being by configuration: bots of the policy, and the agent. */
export function botsOf(policy: AuditPolicy, agentUsername: string | null): string[] {
  return [...policy.bots.map((bot) => bot.user), ...(agentUsername === null ? [] : [agentUsername])];
}

function deploymentsOf(
  change: AuditChange,
  { deployedBy }: RepositoryModel,
  environment: string | null,
): Pick<JudgedChange, 'deployments' | 'deployed'> {
  if (environment === null) return { deployments: null, deployed: null };
  if (!isKnown(deployedBy)) return { deployments: NOT_KNOWN, deployed: NOT_KNOWN };
  const found = new Map(change.commits.flatMap(({ sha }) => deployedBy.get(sha) ?? []).map((one) => [one.id, one]));
  const deployments = [...found.values()].sort(
    (a, b) => Date.parse(a.finishedAt) - Date.parse(b.finishedAt) || a.id - b.id,
  );
  return { deployments, deployed: deployedBy.has(change.mergedSha) };
}

import pLimit from 'p-limit';
import { computeCallsFloor } from '../../../domain/audit/calls/calls-floor.ts';
import type { AgentRunFacts } from '../../../domain/audit/facts/agent-run.ts';
import type { AuditFacts } from '../../../domain/audit/facts/audit-facts.ts';
import type { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import { NOT_KNOWN, type NotKnown } from '../../../domain/audit/facts/known.ts';
import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';
import { keysToLookUp } from '../../../domain/audit/keys/keys-to-look-up.ts';
import type { AuditPlan } from '../audit-plan.ts';
import type { RecordedReader } from '../evidence/evidence-reader.ts';
import { createAsker } from './asker.ts';
import { askApprovals } from './gitlab/ask-approvals.ts';
import { askMovedTags } from './gitlab/ask-moved-tags.ts';
import { collectRepository } from './gitlab/collect-repository.ts';
import { createReads } from './gitlab/repository-reads.ts';
import { collectIssues } from './jira/collect-issues.ts';
import { collectVersions } from './jira/collect-versions.ts';
import { lookUpKeys } from './jira/look-up-keys.ts';
import { readChangelogs } from './jira/read-changelogs.ts';

export interface CollectDeps {
  reader: RecordedReader;
  /** Where people look: `https://site.atlassian.net`. */
  siteUrl: string;
  /** ISO time of the audit; waivers end by it. */
  now: string;
  toolVersion: string;
  /** The audit of the same version before this one. */
  earlierAudit?: EarlierAudit | undefined;
  /** Runs of the agent on the merge requests of the release; absent where no run ledger can be read. */
  readAgentRuns?: (repositories: readonly RepositoryFacts[]) => Promise<AgentRunFacts[] | NotKnown>;
}

/** All results, or the first failure once nothing is under way any more: no answer is stored after the audit has failed. */
async function allEnded<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** Repositories read at once: few enough to be a polite client. */
const AT_ONCE = 4;

/** Asks Jira and GitLab for everything an audit is made from. What is refused becomes a gap; the rest is collected all the same. */
export async function collectFacts(plan: AuditPlan, deps: CollectDeps, signal?: AbortSignal): Promise<AuditFacts> {
  const { reader, siteUrl, now, toolVersion } = deps;
  const asker = createAsker(reader, signal);
  const versions = await collectVersions(plan, asker, siteUrl);
  const listed = await asker.orGap(plan.projects.join(', '), () => collectIssues(versions, asker, siteUrl), []);
  const limit = pLimit(AT_ONCE);
  const collected = await allEnded(
    plan.repositories.map((planned) =>
      limit(async () => {
        const reads = createReads();
        return { reads, facts: await collectRepository(planned, plan, asker, reads) };
      }),
    ),
  );
  const readsOf = ({ repository }: RepositoryFacts) =>
    collected.find((one) => one.facts?.repository === repository)?.reads ?? createReads();
  const read = collected.flatMap(({ facts }) => facts ?? []);
  const { earlierAudit } = deps;
  const repositories = await askMovedTags(read, earlierAudit, { plan, asker }, readsOf);

  const request = {
    fixVersion: plan.fixVersion,
    projects: plan.projects,
    mappedProjects: plan.mappedProjects,
    environment: plan.environment,
    scope: plan.scope,
    now,
    toolVersion,
    agentUsername: plan.agentUsername,
  };
  const empty = {
    lookups: [],
    earlierReleases: [],
    agentRuns: [],
    sources: [],
    gaps: [],
    calls: reader.calls(),
    callsFloor: reader.calls(),
  };
  const known = { ...empty, request, repositories, versions, issues: listed };
  const keys = keysToLookUp(known);
  const looked = await asker.orGap('keys', () => lookUpKeys(keys, asker, siteUrl), {
    issues: [],
    lookups: [],
    askedAlone: 0,
  });
  const issues = await readChangelogs(listed, versions, asker);
  const agentRuns = deps.readAgentRuns ? await deps.readAgentRuns(repositories) : NOT_KNOWN;
  const facts = {
    ...known,
    issues: [...issues, ...looked.issues],
    lookups: looked.lookups,
    agentRuns,
    ...(earlierAudit ? { earlierAudit } : {}),
  };
  const complete = await askApprovals(facts, plan, asker, readsOf);
  const callsFloor = computeCallsFloor(
    collected.map(({ reads }) => reads),
    {
      projects: plan.projects.length,
      projectsWithVersion: versions.length,
      issuesSearched: listed.length,
      keysLookedUp: keys.length,
      keysAskedAlone: looked.askedAlone,
      histories: listed.length,
    },
  );
  return { ...complete, sources: asker.sources(), gaps: asker.gaps(), calls: reader.calls(), callsFloor };
}

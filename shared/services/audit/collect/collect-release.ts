import pLimit from 'p-limit';
import type { ClosingFacts } from '../../../domain/audit/build/closing-facts.ts';
import { computeCallsFloor, type RepositoryReads } from '../../../domain/audit/calls/calls-floor.ts';
import type { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import type { NotKnown } from '../../../domain/audit/facts/known.ts';
import { createKeyReader } from '../../../domain/audit/keys/key-reader.ts';
import { keysNamed, withoutAnswered } from '../../../domain/audit/keys/keys-to-look-up.ts';
import type { JudgedRepository } from '../../../domain/audit/release/judge-repository.ts';
import { createReleaseFrame, type ReleaseFrame } from '../../../domain/audit/release/release-frame.ts';
import type { RecordedReader } from '../evidence/evidence-reader.ts';
import type { AgentRunsRead } from '../plan/agent-runs-read.ts';
import type { AuditPlan } from '../plan/audit-plan.ts';
import { repositoryPolicies } from '../plan/repository-policies.ts';
import { type RunPlaces, toRunPlaces } from '../plan/run-places.ts';
import { createAsker } from './ask/asker.ts';
import { collectAgentRuns } from './collect-agent-runs.ts';
import { askMovedTags } from './gitlab/ask-moved-tags.ts';
import { collectRepository } from './gitlab/collect-repository.ts';
import { completeRepository } from './gitlab/complete-repository.ts';
import { createReads } from './gitlab/repository-reads.ts';
import { collectIssues } from './jira/collect-issues.ts';
import { collectVersions } from './jira/collect-versions.ts';
import { lookUpKeys } from './jira/look-up-keys.ts';
import { readChangelogs } from './jira/read-changelogs.ts';
import { createRepositoryKeep, type KeptRepository, uniqueRepositories } from './keep-repositories.ts';

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
  readAgentRuns?: (repositories: readonly RunPlaces[]) => Promise<AgentRunsRead | NotKnown>;
}

/** A release of which everything but the times of approvals was read. */
export interface CollectedRelease {
  frame: ReleaseFrame;
  /**
   * Each repository with what had to be asked one by one, judged. Only one is unpacked at a time, so that a release of
   * many repositories needs the memory of one.
   */
  repositories(): AsyncGenerator<JudgedRepository>;
  /** Once the last repository was taken. */
  closing(): ClosingFacts;
}

/** Repositories read at once: more than questions, so that some are asked while others are read and stored. */
const AT_ONCE = 5;

/**
 * Asks Jira and GitLab for everything an audit is made from. What is refused becomes a gap; the rest is collected all
 * the same.
 */
export async function collectRelease(
  plan: AuditPlan,
  deps: CollectDeps,
  signal?: AbortSignal,
): Promise<CollectedRelease> {
  const { reader, siteUrl, now, toolVersion, earlierAudit } = deps;
  const asker = createAsker(reader, signal);
  const versions = await collectVersions(plan, asker, siteUrl);
  const { fixVersion, projects, mappedProjects, environment, scope, agentUsername } = plan;
  const request = { fixVersion, projects, mappedProjects, environment, scope, now, toolVersion, agentUsername };

  const keep = createRepositoryKeep();
  const keyReader = createKeyReader(mappedProjects);
  const limit = pLimit(AT_ONCE);
  const collecting = plan.repositories.map((planned) =>
    limit(async (): Promise<Collected> => {
      const reads = createReads();
      const read = await collectRepository(planned, plan, asker, reads);
      if (!read) return { reads };
      const keys = keysNamed(read.attribution, keyReader);
      const facts = await askMovedTags(read.facts, earlierAudit, { plan, asker, reads });
      return { reads, found: { keys, places: toRunPlaces(facts), kept: { ...(await keep(facts)), reads } } };
    }),
  );
  // Jira has one page after another, too, and histories for each; GitLab need not wait for them.
  const listing = asker.orGap(plan.projects.join(', '), () => collectIssues(versions, asker, siteUrl), []);
  const completing = listing.then((issues) => readChangelogs(issues, versions, asker));
  await Promise.allSettled([completing, ...collecting]);
  const listed = await listing;
  const issues = await completing;
  const collected = await Promise.all(collecting);
  const found = collected.flatMap((one) => one.found ?? []);
  const reads = collected.map((one) => one.reads);
  const repositories = uniqueRepositories(found.map((one) => one.kept));

  const keys = withoutAnswered(
    found.flatMap((one) => one.keys),
    { issues: listed, lookups: [] },
  );
  const looked = await asker.orGap('keys', () => lookUpKeys(keys, asker, siteUrl), {
    issues: [],
    lookups: [],
    askedAlone: 0,
  });
  const places = found.map((one) => one.places);
  const ofLedger = await collectAgentRuns(places, deps.readAgentRuns, asker);
  const facts = {
    request,
    versions,
    issues: [...issues, ...looked.issues],
    lookups: looked.lookups,
    earlierReleases: [],
    ...ofLedger,
    ...(earlierAudit ? { earlierAudit } : {}),
  };
  const frame = createReleaseFrame(facts, plan.policy, repositoryPolicies(plan));

  return {
    frame,
    async *repositories() {
      for (const kept of repositories) {
        yield completeRepository(kept.take(), { frame, plan, asker, reads: kept.reads });
      }
    },
    closing() {
      const jira = {
        projects: projects.length,
        projectsWithVersion: versions.length,
        issuesSearched: listed.length,
        keysLookedUp: keys.length,
        keysAskedAlone: looked.askedAlone,
        histories: listed.length,
      };
      const callsFloor = computeCallsFloor(reads, jira);
      return { sources: asker.sources(), gaps: asker.gaps(), calls: reader.calls(), callsFloor };
    },
  };
}

interface Collected {
  reads: RepositoryReads;
  /** Absent where the repository could not be read. */
  found?: { keys: string[]; places: RunPlaces; kept: KeptRepository & { reads: RepositoryReads } };
}

import pLimit from 'p-limit';
import type { ClosingFacts } from '../../../domain/audit/build/closing-facts.ts';
import { computeCallsFloor, type RepositoryReads } from '../../../domain/audit/calls/calls-floor.ts';
import type { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import type { NotKnown } from '../../../domain/audit/facts/known.ts';
import { keysToLookUp } from '../../../domain/audit/keys/keys-to-look-up.ts';
import type { JudgedRepository } from '../../../domain/audit/release/judge-repository.ts';
import { createReleaseFrame, type ReleaseFrame } from '../../../domain/audit/release/release-frame.ts';
import { allEnded } from '../../../kernel/all-ended.ts';
import { uniqueNames } from '../../../kernel/text/unique-names.ts';
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
import { createStringInterner } from './intern-strings.ts';
import { collectIssues } from './jira/collect-issues.ts';
import { collectVersions } from './jira/collect-versions.ts';
import { lookUpKeys } from './jira/look-up-keys.ts';
import { readChangelogs } from './jira/read-changelogs.ts';
import { type PackedRepository, packRepository, uniqueRepositories, unpackRepository } from './pack-repository.ts';

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
const AT_ONCE = 6;

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
  const listed = await asker.orGap(plan.projects.join(', '), () => collectIssues(versions, asker, siteUrl), []);
  const { fixVersion, projects, mappedProjects, environment, scope, agentUsername } = plan;
  const request = { fixVersion, projects, mappedProjects, environment, scope, now, toolVersion, agentUsername };

  const limit = pLimit(AT_ONCE);
  const collected = await allEnded(
    plan.repositories.map((planned) =>
      limit(async (): Promise<Collected> => {
        const reads = createReads();
        const read = await collectRepository(planned, plan, asker, reads);
        const facts = read && (await askMovedTags(read, earlierAudit, { plan, asker, reads }));
        if (!facts) return { reads };
        const keys = keysToLookUp({ repositories: [facts], issues: listed, lookups: [], request });
        return { reads, found: { keys, places: toRunPlaces(facts), packed: packRepository(facts) } };
      }),
    ),
  );
  const found = collected.flatMap((one) => one.found ?? []);
  const readsOf = new Map(collected.flatMap(({ found: one, reads }) => (one ? [[one.packed, reads]] : [])));

  const keys = uniqueNames(found.flatMap((one) => one.keys));
  const looked = await asker.orGap('keys', () => lookUpKeys(keys, asker, siteUrl), {
    issues: [],
    lookups: [],
    askedAlone: 0,
  });
  const issues = await readChangelogs(listed, versions, asker);
  const places = found.map((one) => one.places);
  const agentRuns = await collectAgentRuns(places, deps.readAgentRuns, asker);
  const facts = {
    request,
    versions,
    issues: [...issues, ...looked.issues],
    lookups: looked.lookups,
    earlierReleases: [],
    agentRuns,
    ...(earlierAudit ? { earlierAudit } : {}),
  };
  const frame = createReleaseFrame(facts, plan.policy, repositoryPolicies(plan));

  return {
    frame,
    async *repositories() {
      const internStrings = createStringInterner();
      for (const packed of uniqueRepositories(found.map((one) => one.packed))) {
        yield completeRepository(internStrings(unpackRepository(packed)), {
          frame,
          plan,
          asker,
          reads: readsOf.get(packed) ?? createReads(),
        });
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
      const callsFloor = computeCallsFloor(
        collected.map(({ reads }) => reads),
        jira,
      );
      return { sources: asker.sources(), gaps: asker.gaps(), calls: reader.calls(), callsFloor };
    },
  };
}

interface Collected {
  reads: RepositoryReads;
  /** Absent where the repository could not be read. */
  found?: { keys: string[]; places: RunPlaces; packed: PackedRepository };
}

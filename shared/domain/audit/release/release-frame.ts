import { type CriteriaFinder, createCriteriaFinder } from '../criteria/criteria-of-change.ts';
import { createKeyReader, type KeyReader } from '../keys/key-reader.ts';
import { createTicketIndex, type TicketIndex } from '../links/ticket-index.ts';
import { type AgentFinder, createAgentFinder } from '../people/agent-of-change.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import { normalizeRelease } from './normalize-facts.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** Policies of repositories by project path, and of Jira projects by key, where these have one of their own. */
export type RepositoryPolicies = Readonly<Record<string, AuditPolicy>>;

/** What every repository of a release is judged by; made once, so that repositories can be judged one after another. */
export interface ReleaseFrame {
  facts: ReleaseFacts;
  policy: AuditPolicy;
  repositoryPolicies: RepositoryPolicies;
  /**
   * The policy of a repository by its path, or of a Jira project by its key. A repository that was renamed keeps the
   * one of the path it was planned by.
   */
  policyOf(name: string, formerNames?: readonly string[]): AuditPolicy;
  tickets: TicketIndex;
  reader: KeyReader;
  agentOf: AgentFinder;
  criteriaOf: CriteriaFinder;
}

/** Indexes the facts, in an order that does not depend on the one they came in. */
export function createReleaseFrame(
  given: ReleaseFacts,
  policy: AuditPolicy,
  repositoryPolicies: RepositoryPolicies = {},
): ReleaseFrame {
  const facts = normalizeRelease(given);
  return {
    facts,
    policy,
    repositoryPolicies,
    policyOf: (name, formerNames = []) =>
      [name, ...formerNames].map((one) => repositoryPolicies[one]).find((one) => one !== undefined) ?? policy,
    tickets: createTicketIndex(facts),
    reader: createKeyReader(facts.request.mappedProjects),
    agentOf: createAgentFinder(facts.agentRuns, facts.request.agentUsername),
    criteriaOf: createCriteriaFinder(facts.criteriaMarks),
  };
}

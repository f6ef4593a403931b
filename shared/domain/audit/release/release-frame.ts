import { createKeyReader, type KeyReader } from '../keys/key-reader.ts';
import { createTicketIndex, type TicketIndex } from '../links/ticket-index.ts';
import { type AgentFinder, createAgentFinder } from '../people/agent-of-change.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import { normalizeRelease } from './normalize-facts.ts';
import type { ReleaseFacts } from './release-facts.ts';

/** Policies of repositories that have one of their own, by project path. */
export type RepositoryPolicies = Readonly<Record<string, AuditPolicy>>;

/** What every repository of a release is judged by; made once, so that repositories can be judged one after another. */
export interface ReleaseFrame {
  facts: ReleaseFacts;
  policy: AuditPolicy;
  repositoryPolicies: RepositoryPolicies;
  policyOf(repository: string): AuditPolicy;
  tickets: TicketIndex;
  reader: KeyReader;
  agentOf: AgentFinder;
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
    policyOf: (repository) => repositoryPolicies[repository] ?? policy,
    tickets: createTicketIndex(facts),
    reader: createKeyReader(facts.request.mappedProjects),
    agentOf: createAgentFinder(facts.agentRuns, facts.request.agentUsername),
  };
}

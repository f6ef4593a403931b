import type { AuditChange } from '../changes/audit-change.ts';
import type { AuditFacts } from '../facts/audit-facts.ts';
import { createKeyReader } from '../keys/key-reader.ts';
import type { ChangeLink } from '../links/change-link.ts';
import { linkChange } from '../links/link-change.ts';
import { createTicketIndex, type TicketIndex } from '../links/ticket-index.ts';
import { buildRepositoryModel, type RepositoryModel } from '../model/repository-model.ts';
import { type AgentFinder, createAgentFinder } from '../people/agent-of-change.ts';
import type { AuditPolicy } from '../policy/audit-policy.ts';
import { normalizeFacts } from './normalize-facts.ts';
import { findOutsideWork, type OutsideWork } from './outside-work.ts';

/** The facts of a release put together: what every rule looks at. */
export interface ReleaseModel {
  facts: AuditFacts;
  policy: AuditPolicy;
  /** The policy of a repository by its path, or of a Jira project by its key. */
  policyOf(name: string): AuditPolicy;
  repositories: RepositoryModel[];
  /** With the repository each is in, in the order of the report. */
  changes: { change: AuditChange; model: RepositoryModel }[];
  links: ChangeLink[];
  linksOf(change: AuditChange): ChangeLink[];
  linksTo(key: string): ChangeLink[];
  tickets: TicketIndex;
  agentOf: AgentFinder;
  outsideWork: ReadonlyMap<string, OutsideWork[]>;
}

/** Policies of repositories by project path, and of Jira projects by key, where these have one of their own. */
export type RepositoryPolicies = Readonly<Record<string, AuditPolicy>>;

/** Puts the facts together, in an order that does not depend on the one they came in. */
export function buildReleaseModel(
  given: AuditFacts,
  policy: AuditPolicy,
  repositoryPolicies: RepositoryPolicies = {},
): ReleaseModel {
  const facts = normalizeFacts(given);
  const own = policiesByName(facts, repositoryPolicies);
  const repositories = facts.repositories.map(buildRepositoryModel);
  const tickets = createTicketIndex(facts);
  const reader = createKeyReader(facts.request.mappedProjects);
  const links = repositories.flatMap((model) => {
    const elsewhere = new Map(model.facts.elsewhere.map((commit) => [commit.sha, commit]));
    const found = model.changes.flatMap((change) => linkChange(change, { model, tickets, reader, elsewhere }));
    return withCarried(found, model);
  });
  const byChange = Map.groupBy(links, (link) => link.change.id);
  const byKey = Map.groupBy(links, (link) => link.ticket.key);
  return {
    facts,
    policy,
    policyOf: (name) => own.get(name) ?? policy,
    repositories,
    changes: repositories.flatMap((model) => model.changes.map((change) => ({ change, model }))),
    links,
    linksOf: (change) => byChange.get(change.id) ?? [],
    linksTo: (key) => byKey.get(key) ?? [],
    tickets,
    agentOf: createAgentFinder(facts.agentRuns, facts.request.agentUsername),
    outsideWork: findOutsideWork(repositories, reader, tickets),
  };
}

/** A repository that was renamed keeps the policy of the path it was planned by. */
function policiesByName({ repositories }: AuditFacts, policies: RepositoryPolicies): Map<string, AuditPolicy> {
  const own = new Map(Object.entries(policies));
  for (const { repository, formerPaths } of repositories) {
    const policy = formerPaths.map((path) => own.get(path)).find((one) => one !== undefined);
    if (policy && !own.has(repository)) own.set(repository, policy);
  }
  return own;
}

/** A merge request that only brings others has the code these have; one outside the binding's paths has none here. */
function withCarried(links: readonly ChangeLink[], model: RepositoryModel): ChangeLink[] {
  const carried = new Set(
    model.changes.flatMap((change) =>
      change.kind === 'merge-request' &&
      change.inScope &&
      change.commits.some((one) => !model.net.revertedBy.has(one.sha))
        ? change.mergeRequest.carriers
        : [],
    ),
  );
  return links.map((link) => {
    const { change } = link;
    const brings = change.kind === 'merge-request' && change.carrierOnly && carried.has(change.mergeRequest.facts.iid);
    return { ...link, net: change.inScope && link.row.covers && (link.net || brings) };
  });
}

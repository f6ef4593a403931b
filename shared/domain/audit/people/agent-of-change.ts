import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import type { AuditChange } from '../changes/audit-change.ts';
import type { AgentRunFacts } from '../facts/agent-run.ts';
import { isKnown, type Known, knownOr, NOT_KNOWN } from '../facts/known.ts';
import type { Person } from '../facts/person.ts';

/** The agent's part in a change. */
export interface AgentPart {
  knownFrom: 'ledger' | 'trailer' | 'ledger-and-trailer' | 'author';
  runIds: string[];
  requesters: Known<Person[]>;
  models: Known<string[]>;
  /** What people let pass in its runs; absent where nothing was. */
  allowed?: string[];
}

/** Finds the agent's part in changes; made once, since it indexes the ledger. */
export type AgentFinder = (change: AuditChange) => AgentPart | null;

/**
 * A change is the agent's when the run ledger names its merge request or one of its commits, when a commit has the
 * trailer `Cmap-Run`, or when the agent's account opened it: each of these alone is enough. Only the ledger knows who
 * asked for it.
 */
export function createAgentFinder(runs: Known<readonly AgentRunFacts[]>, agentUsername: string | null): AgentFinder {
  const ledger = new Map<string, AgentRunFacts[]>();
  const add = (place: string, run: AgentRunFacts) => {
    const same = ledger.get(place);
    if (same) same.push(run);
    else ledger.set(place, [run]);
  };
  for (const run of knownOr(runs, [])) {
    add(`run ${run.runId}`, run);
    if (run.mergeRequestIid !== null) add(`${run.repository}!${run.mergeRequestIid}`, run);
    for (const sha of run.commits) add(`commit ${sha}`, run);
  }
  return (change) => {
    const trailers = uniqueNames(trailersOf(change));
    const found = placesOf(change, trailers).flatMap((place) => ledger.get(place) ?? []);
    const known = [...new Map(found.map((run) => [run.runId, run])).values()].sort((a, b) =>
      a.runId < b.runId ? -1 : 1,
    );
    const byAgent = change.kind === 'merge-request' && change.mergeRequest.facts.author.username === agentUsername;
    if (known.length === 0 && trailers.length === 0 && !(byAgent && agentUsername !== null)) return null;
    // A run that only a trailer names has a requester, but not one that can be known.
    const complete = known.length > 0 && trailers.every((runId) => known.some((run) => run.runId === runId));
    const allowed = known.flatMap((run) => run.allowed ?? []);
    return {
      knownFrom: sourceOf(known.length > 0, trailers.length > 0),
      runIds: uniqueNames([...known.map((run) => run.runId), ...trailers]),
      requesters: complete ? all(known.map((run) => run.requester)) : NOT_KNOWN,
      models: complete ? all(known.map((run) => run.model)) : NOT_KNOWN,
      ...(allowed.length > 0 ? { allowed } : {}),
    };
  };
}

/** Values of the trailer `Cmap-Run`, also of commits that a squash has left out of the history. */
function trailersOf(change: AuditChange): string[] {
  const source = change.kind === 'merge-request' ? change.mergeRequest.facts.sourceCommits : [];
  return [...change.commits, ...knownOr(source, [])]
    .flatMap((commit) => commit.trailers)
    .filter((trailer) => trailer.key.toLowerCase() === 'cmap-run')
    .map((trailer) => trailer.value.trim());
}

function placesOf(change: AuditChange, trailers: readonly string[]): string[] {
  const { repository, formerPaths } = change.repository;
  const paths = [repository, ...formerPaths];
  return [
    ...(change.kind === 'merge-request' ? paths.map((path) => `${path}!${change.mergeRequest.facts.iid}`) : []),
    ...change.commits.map((commit) => `commit ${commit.sha}`),
    ...trailers.map((runId) => `run ${runId}`),
  ];
}

function sourceOf(ledger: boolean, trailer: boolean): AgentPart['knownFrom'] {
  if (ledger) return trailer ? 'ledger-and-trailer' : 'ledger';
  return trailer ? 'trailer' : 'author';
}

function all<T>(values: readonly Known<T>[]): Known<T[]> {
  const known = values.filter(isKnown);
  // `filter` keeps the type open; all values are known when none was left out.
  return known.length === values.length ? ([...new Set(known)] as T[]) : NOT_KNOWN;
}

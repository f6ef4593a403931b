import { NOT_KNOWN } from '../../domain/audit/facts/known.ts';
import type { Person } from '../../domain/audit/facts/person.ts';
import type { RunLedger } from '../../domain/ports/run-ledger.ts';
import type { AllowedFacts, Run } from '../../domain/runs/run.ts';
import { gitlabProjectSubject, jiraProjectSubject } from '../../domain/runs/subjects.ts';
import type { Requester } from '../../domain/runs/task-cause.ts';
import { DAY } from '../../kernel/clock.ts';
import { toIso } from '../../kernel/to-iso.ts';
import type { LedgerMark, LedgerRun, ReadAgentRuns } from './evidence/record-agent-runs.ts';
import type { RunPlaces } from './plan/run-places.ts';

/** A run is tried for at most a week before its merge request opens or its commit is made. */
const LONGEST_RUN_MS = 8 * DAY;

/**
 * Reads from the run ledger which changes of a release the agent made and who asked for them: the runs of tickets that
 * opened or changed a merge request of the repositories, and the replies and updates that pushed a commit to one; and
 * what reviews say about the acceptance criteria of tickets. The model is the one that the last session of the run
 * asked, where one was named.
 */
export function createReadAgentRuns(
  ledger: Pick<RunLedger, 'listSince'>,
  jiraProjects: readonly string[],
): ReadAgentRuns {
  return async (repositories) => {
    const since = startOf(repositories);
    if (since === undefined) return { runs: [], marks: [], unreadable: [] };
    const unreadable = new Set<string>();
    const onUnreadable = (runId: string) => void unreadable.add(runId);
    const found = new Map<string, LedgerRun>();
    const marks: LedgerMark[] = [];
    const keep = (run: LedgerRun | undefined) => run && found.set(run.runId, run);
    for (const project of jiraProjects)
      for await (const run of ledger.listSince(jiraProjectSubject(project), since, onUnreadable))
        keep(toCodingRun(run, repositories));
    for (const repository of repositories)
      for await (const run of ledger.listSince(gitlabProjectSubject(repository.projectId), since, onUnreadable)) {
        keep(toReplyRun(run, repository));
        marks.push(...toMark(run, repository));
      }
    const runs = [...found.values()].sort((a, b) => (a.runId < b.runId ? -1 : 1));
    return { runs, marks: marks.sort((a, b) => (a.runId < b.runId ? -1 : 1)), unreadable: [...unreadable].sort() };
  };
}

/** No run of the release is older; `undefined` when nothing was merged. */
function startOf(repositories: readonly RunPlaces[]): number | undefined {
  const times = repositories.flatMap(({ mergeRequests, commits }) => [
    ...mergeRequests.map(({ createdAt }) => Date.parse(createdAt)),
    ...commits.map(({ authoredAt }) => Date.parse(authoredAt)),
  ]);
  return times.length === 0 ? undefined : Math.max(0, times.reduce((a, b) => Math.min(a, b)) - LONGEST_RUN_MS);
}

function toCodingRun(run: Run, repositories: readonly RunPlaces[]): LedgerRun | undefined {
  const { mergeRequestIid: iid, mergeRequestUrl: url } = run.result ?? {};
  if (run.task.kind !== 'coding' || iid === undefined || url === undefined) return undefined;
  // The address and not the map says where it was: the map may have changed since.
  const repository = repositories.find(({ mergeRequests }) => mergeRequests.some((one) => one.url === url));
  return repository && toLedgerRun(run, repository, iid);
}

function toReplyRun(run: Run, repository: RunPlaces): LedgerRun | undefined {
  const { task } = run;
  if ((task.kind !== 'reply' && task.kind !== 'update') || run.result?.commitSha === undefined) return undefined;
  return toLedgerRun(run, repository, task.mergeRequestIid);
}

function toLedgerRun({ runId, task, result, facts }: Run, { repository }: RunPlaces, iid: number): LedgerRun {
  return {
    runId,
    repository,
    mergeRequestIid: iid,
    commits: result?.commitSha === undefined ? [] : [result.commitSha.toLowerCase()],
    requester: task.requestedBy ? toPerson(task.requestedBy) : NOT_KNOWN,
    model: facts?.model ?? NOT_KNOWN,
    ...(facts?.allowed ? { allowed: describeAllowed(facts.allowed) } : {}),
  };
}

function describeAllowed({ files, by, maintainer }: AllowedFacts): string[] {
  return files.map(({ path, rule }) => `${path} (${rule}) by ${by}, ${maintainer} in GitLab`);
}

/** What a review says about criteria; those of a shadow were read by no one and are its own matter. */
function toMark(run: Run, { repository }: RunPlaces): LedgerMark[] {
  const { task, result, runId, updatedAt } = run;
  if (task.kind !== 'review' || result?.what === 'shadow-review') return [];
  const { criteria, headSha, issueKey } = result ?? {};
  if (!criteria || headSha === undefined || issueKey === undefined) return [];
  const { met, partly, 'not-met': notMet, 'not-answered': notAnswered, leftOut } = criteria;
  const counts = { met, partly, notMet, notAnswered, ...(leftOut === undefined ? {} : { leftOut }) };
  const place = { repository, mergeRequestIid: task.mergeRequestIid, headSha: headSha.toLowerCase(), issueKey };
  return [{ runId, ...place, at: toIso(updatedAt), ...counts }];
}

/** A requester on GitLab is named by username, one on Jira by display name (`toRequester`). */
function toPerson({ service, id, name }: Requester): Person {
  return {
    username: service === 'gitlab' ? name : NOT_KNOWN,
    name: service === 'jira' ? name : NOT_KNOWN,
    emails: NOT_KNOWN,
    accountId: service === 'jira' ? id : NOT_KNOWN,
    bot: NOT_KNOWN,
  };
}

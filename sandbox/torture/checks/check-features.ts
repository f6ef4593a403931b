import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import { REVIEW_STATUS } from '../../../shared/domain/review/plan-review-status.ts';
import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import { AGENT, CAREFUL, PLANNING, REPOSITORIES, TOOL_MARKER, TOOLED, VERSIONS } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

/**
 * What a binding may turn on: one draft for each version, nothing ready against a person, nothing out of shadow, no
 * plan carried out without a word of a person, and no more tries than are allowed.
 */
export function checkFeatures(facts: Facts, torture: TortureEnvironment): Violation[] {
  return [
    ...checkBackPorts(facts),
    ...checkHeldBack(torture),
    ...checkShadow(facts, torture),
    ...checkPlans(facts, torture),
    ...checkTries(facts),
    ...checkRoutes(facts),
    ...checkTools(facts),
    ...checkReviewStatus(facts),
  ];
}

const BACK_PORT = 'agent/back-port/';

/** A merged change has one merge request at most for each version, and its ticket does not wait for one for good. */
function checkBackPorts({ mergeRequests, reports, commits, runs }: Facts): Violation[] {
  const taken = mergeRequests.filter(({ sourceBranch }) => sourceBranch.startsWith(BACK_PORT));
  const twice = findRepeated(taken, ({ project, sourceBranch }) => `${project.path} ${sourceBranch}`);
  const waiting = reports.filter(({ purpose, text }) => purpose === 'back-ports' && text.includes('resolves it, and'));
  const releases = new Set<string>(VERSIONS.map((version) => `release/${version}`));
  const strays = taken.filter(({ targetBranch }) => !releases.has(targetBranch));
  return [
    ...twice.map(({ key, items }) => duplicate(`${items.length} back-ports of ${key}`, key.split(' '))),
    ...waiting.map(({ issueKey }) => stuck(`${issueKey} still says that a back-port is resolved`, [issueKey])),
    ...strays.map(({ sourceBranch, targetBranch }) =>
      defect(`${sourceBranch} goes to ${targetBranch}`, [sourceBranch]),
    ),
    ...checkPicks(commits, runs),
  ];
}

/** What was taken over by a run is its one commit. */
function checkPicks(commits: Facts['commits'], runs: readonly Run[]): Violation[] {
  const all = [...commits.values()].flat();
  return runs.flatMap(({ runId, task, state, result }) => {
    if (task.kind !== 'update' || task.cause.kind !== 'back-port' || state !== 'done') return [];
    const own = all.filter((commit) => commit.runs.includes(runId));
    if (result?.what !== 'back-port-opened' || own.length <= 1) return [];
    return [duplicate(`${own.length} commits of ${task.id}`, [runId])];
  });
}

/** A person has made it a draft: it stays one, also when everything passes. */
function checkHeldBack({ heldBack }: TortureEnvironment): Violation[] {
  return [...heldBack]
    .filter(({ state, title }) => state === 'opened' && !isDraftTitle(title))
    .map(({ project, iid }) =>
      defect(`${project.path}!${iid} was made ready against a person`, [`${project.path}!${iid}`]),
    );
}

/** Of a repository in shadow the agent changes nothing: no commit, merge request or note, and no field of a ticket. */
function checkShadow(facts: Facts, { environment: { jira } }: TortureEnvironment): Violation[] {
  const teams = REPOSITORIES.filter(({ isShadow }) => isShadow);
  const repos = new Set(teams.map(({ repo }) => repo));
  const isOfTeam = (key: string) => teams.some(({ jiraProject }) => key.startsWith(`${jiraProject}-`));
  const commits = [...repos].flatMap((repo) => (facts.commits.get(repo) ?? []).filter(({ runs }) => runs.length > 0));
  const opened = facts.mergeRequests.filter(({ project, author }) => repos.has(project.path) && author.bot);
  const notes = facts.notes.filter(({ repo }) => repos.has(repo));
  const moved = jira.issueKeys.filter(
    (key) => isOfTeam(key) && jira.issue(key).changes.some(({ authorId }) => authorId === AGENT),
  );
  return [
    ...commits.map(({ sha, runs }) => defect(`commit ${sha.slice(0, 8)} was pushed in shadow`, runs)),
    ...opened.map(({ project, iid }) =>
      defect(`${project.path}!${iid} was opened in shadow`, [`${project.path}!${iid}`]),
    ),
    ...notes.map(({ repo, iid, purpose }) =>
      defect(`a note (${purpose}) at ${repo}!${iid} in shadow`, [`${repo}!${iid}`]),
    ),
    ...moved.map((key) => defect(`${key} was changed in shadow`, [key])),
  ];
}

/** Without an approval a ticket whose plan is asked for has no commit: asking for it again after a plan approves it. */
function checkPlans({ runs, commits, entries }: Facts, { approved }: TortureEnvironment): Violation[] {
  const done = new Set([...commits.values()].flatMap((list) => list.flatMap((commit) => commit.runs)));
  return runs.flatMap(({ runId, task }) => {
    if (task.kind !== 'coding' || !task.issueKey.startsWith(`${PLANNING}-`) || !done.has(runId)) return [];
    const askedAgain = entries.filter(({ issueKey }) => issueKey === task.issueKey).length > 1;
    if (approved.has(task.issueKey) || askedAgain) return [];
    return [defect(`${task.id} was carried out without an approval`, [runId, task.issueKey])];
  });
}

/** Repairs of pipelines in a row, without a commit of people between; those that failed before their session apart. */
const MOST_REPAIRS = 2;

/** A repair that stands on another one, as its head, is of the same row. */
function checkTries({ runs }: Facts): Violation[] {
  const repairs = runs.flatMap((run) => toRepair(run) ?? []);
  const rows = repairs.map((last) => listRow(last, repairs));
  const tooLong = rows.filter((row) => row.length > MOST_REPAIRS);
  const ofHeads = Map.groupBy(repairs, ({ scope, headSha }) => `${scope} ${headSha}`);
  const tooOften = [...ofHeads.values()].filter((tries) => tries.length > MOST_REPAIRS);
  return [
    ...tooLong.map((row) =>
      defect(
        `${row.length} repairs in a row of ${row[0]?.scope}`,
        row.map(({ runId }) => runId),
      ),
    ),
    ...tooOften.map((tries) =>
      defect(
        `${tries.length} repairs of one head`,
        tries.map(({ runId }) => runId),
      ),
    ),
  ];
}

interface Repair {
  runId: string;
  scope: string;
  headSha: string;
  commitSha: string | undefined;
}

function toRepair({ runId, task, state, result }: Run): Repair | undefined {
  if (task.kind !== 'update' || task.cause.kind !== 'pipeline') return undefined;
  if (!isFinal(state) || result?.what !== 'pipeline-repaired') return undefined;
  return { runId, scope: task.scope, headSha: task.headSha, commitSha: result.commitSha };
}

/** From a repair back, as long as its head is what another one of the merge request has pushed. */
function listRow(last: Repair, repairs: readonly Repair[]): Repair[] {
  const row: Repair[] = [];
  for (let repair: Repair | undefined = last; repair && !row.includes(repair); ) {
    const { scope, headSha }: Repair = repair;
    row.unshift(repair);
    repair = repairs.find((one) => one.scope === scope && one.commitSha === headSha);
  }
  return row;
}

/** The tools of the MCP server were shown to the model where any session of its team was asked for. */
function checkTools({ runs, sessionAt, receivedMarkers }: Facts): Violation[] {
  const done = runs.filter(
    ({ runId, task, state }) =>
      task.kind === 'coding' && task.jiraProject === TOOLED && state === 'done' && (sessionAt.get(runId) ?? 0) > 0,
  );
  if (done.length === 0 || receivedMarkers.has(TOOL_MARKER)) return [];
  return [
    defect(
      'no session was given the tools of its MCP server',
      done.map(({ runId }) => runId),
    ),
  ];
}

/** At rest no head of an open merge request waits for its review: a merge may wait for that status. */
function checkReviewStatus({ mergeRequests }: Facts): Violation[] {
  const repos = new Set(REPOSITORIES.filter(({ jiraProject }) => jiraProject === CAREFUL).map(({ repo }) => repo));
  return mergeRequests
    .filter(({ project, state }) => state === 'opened' && repos.has(project.path))
    .flatMap(({ project, sourceProject, iid, headSha }) => {
      const statuses = sourceProject?.commitStatuses ?? [];
      const status = statuses.findLast(({ name, sha }) => name === REVIEW_STATUS && sha === headSha);
      if (!status || !['pending', 'running'].includes(status.status)) return [];
      const place = `${project.path}!${iid}`;
      return [stuck(`the review of ${place} is ${status.status} for good`, [place])];
    });
}

/** A ticket is worked on in one repository. */
function checkRoutes({ mergeRequests }: Facts): Violation[] {
  const own = mergeRequests.filter(
    ({ author, sourceBranch }) => author.bot && /^agent\/[A-Z]+-\d+$/.test(sourceBranch),
  );
  return [
    ...Map.groupBy(
      own.filter(({ state }) => state === 'opened'),
      ({ sourceBranch }) => sourceBranch,
    ),
  ]
    .filter(([, list]) => new Set(list.map(({ project }) => project.path)).size > 1)
    .map(([branch]) => duplicate(`${branch} is open in several repositories`, [branch]));
}

const defect = (what: string, ids: string[]): Violation => ({ kind: 'defect', what, ids });
const duplicate = (what: string, ids: string[]): Violation => ({ kind: 'duplicate', what, ids });
const stuck = (what: string, ids: string[]): Violation => ({ kind: 'stuck', what, ids });

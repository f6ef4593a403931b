import { isFinal, type Run } from '../../../shared/domain/runs/run.ts';
import { BEA, MENDING, REPOSITORIES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { findRepeated, type Violation } from './violation.ts';

type Pushed = Pick<TortureEnvironment, 'pushed' | 'takenOff'>;

/**
 * Of a team whose agent mends what its own review finds: one round for each change of a ticket, one answer for each
 * thread, people asked in the end, not before that review has ended, and no person again who was taken off.
 */
export function checkOwnReviews(facts: Facts, torture: Pushed): Violation[] {
  const repo = REPOSITORIES.find(({ jiraProject }) => jiraProject === MENDING)?.repo;
  const own = facts.mergeRequests.filter(
    ({ project, author, sourceBranch }) => project.path === repo && author.bot && sourceBranch.startsWith('agent/'),
  );
  const answers = facts.notes.filter(({ purpose }) => purpose === 'own-fix');
  const twice = findRepeated(answers, ({ repo: path, iid, discussionId, run }) =>
    [`${path}!${iid}`, discussionId, run].join(' '),
  );
  return [
    ...own.flatMap((mergeRequest) => checkOwn(mergeRequest, facts, torture)),
    ...twice.map(({ key, items }) => duplicate(`${items.length} answers of one round: ${key}`, key.split(' '))),
  ];
}

function checkOwn(mergeRequest: Facts['mergeRequests'][number], facts: Facts, torture: Pushed): Violation[] {
  const { iid, project, sourceBranch, state, reviewers } = mergeRequest;
  const issueKey = sourceBranch.slice('agent/'.length);
  const name = `${project.path}!${iid}`;
  const deliveries = facts.runs
    .filter(
      ({ task, state: ended, result }) =>
        task.kind === 'coding' && task.issueKey === issueKey && ended === 'done' && result?.mergeRequestIid === iid,
    )
    .toSorted((one, other) => one.createdAt - other.createdAt);
  const [opener] = deliveries;
  // It was opened by a run that has failed since: its ticket says so.
  if (!opener) return [];
  const isTakenOff = torture.takenOff.has(mergeRequest);
  const asked = deliveries.map(({ runId }) => facts.askedAt.get(runId)).find((at) => at !== undefined);
  return [
    ...checkRounds(name, deliveries, listRounds(mergeRequest, facts)),
    ...(state === 'opened' && asked === undefined
      ? [stuck(`no person was asked to review ${name}`, [name, opener.runId])]
      : []),
    ...(state === 'opened' && asked !== undefined && reviewers.length === 0 && !isTakenOff
      ? [loss(`${name} has no reviewer although ${BEA} was to be asked`, [name, opener.runId])]
      : []),
    ...(isTakenOff && reviewers.length > 0 ? [defect(`${BEA} was asked for ${name} again`, [name, opener.runId])] : []),
    ...(asked !== undefined && isTooEarly(asked, mergeRequest, facts, torture)
      ? [defect(`people were asked to review ${name} before the agent had`, [name, opener.runId])]
      : []),
  ];
}

/** Those that have had a session. */
function listRounds({ project, iid }: Facts['mergeRequests'][number], { runs }: Facts): Run[] {
  return runs.filter(
    ({ task, state, facts }) =>
      task.kind === 'update' &&
      task.cause.kind === 'findings' &&
      task.projectId === project.id &&
      task.mergeRequestIid === iid &&
      (state === 'done' || (isFinal(state) && facts?.usage !== undefined)),
  );
}

/** Each belongs to the newest change of the ticket that had begun before it. */
function checkRounds(name: string, deliveries: readonly Run[], rounds: readonly Run[]): Violation[] {
  const byDelivery = Map.groupBy(
    rounds,
    (round) => deliveries.findLast(({ createdAt }) => createdAt <= round.createdAt)?.runId ?? '',
  );
  return [...byDelivery.values()]
    .filter((list) => list.length > 1)
    .map((list) =>
      duplicate(
        `${list.length} rounds about the findings of ${name} for one change`,
        list.map(({ runId }) => runId),
      ),
    );
}

/** A person who pushes or speaks has people asked at once; otherwise a review comes first. */
function isTooEarly(
  asked: number,
  { project, iid, discussions, versions }: Facts['mergeRequests'][number],
  { runs }: Facts,
  { pushed }: Pushed,
): boolean {
  const reviewed = runs.some(
    ({ task, state, updatedAt }) =>
      task.kind === 'review' &&
      task.projectId === project.id &&
      task.mergeRequestIid === iid &&
      isFinal(state) &&
      updatedAt <= asked,
  );
  const spoken = discussions.some(({ notes }) =>
    notes.some(({ author, system, createdAt }) => !author.bot && !system && createdAt <= asked),
  );
  const shas = new Set(pushed.map(({ sha }) => sha));
  const isPushed = versions.some(({ diffRefs, createdAt }) => shas.has(diffRefs.headSha) && createdAt <= asked);
  return !reviewed && !spoken && !isPushed;
}

const defect = (what: string, ids: string[]): Violation => ({ kind: 'defect', what, ids });
const duplicate = (what: string, ids: string[]): Violation => ({ kind: 'duplicate', what, ids });
const loss = (what: string, ids: string[]): Violation => ({ kind: 'loss', what, ids });
const stuck = (what: string, ids: string[]): Violation => ({ kind: 'stuck', what, ids });

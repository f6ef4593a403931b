import { causeOf } from '../../../shared/domain/runs/task-cause.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { treatmentOf } from './treatment-of.ts';
import type { Violation } from './violation.ts';

/**
 * Merge requests of bots are reviewed as the binding says: nothing is written where it wants none, nothing has to be
 * resolved where it wants a summary, there is an end where a bot answers each review with a push, and what a bot asks
 * is answered nowhere. A person who asks there gets what they ask for.
 */
export function checkBots(facts: Facts, torture: Pick<TortureEnvironment, 'asked' | 'ignored'>): Violation[] {
  return [
    ...facts.mergeRequests.flatMap((mergeRequest) => checkTreatment(mergeRequest, facts, torture)),
    ...torture.ignored.flatMap((ignored) => checkIgnored(ignored, facts)),
  ];
}

/** Six within a day, and no torture is longer. */
const MOST_REVIEWS = 6;
const LOCK_FILE = 'lock file of a dependency update';

function checkTreatment(
  { project, iid, ...mergeRequest }: Facts['mergeRequests'][number],
  { notes, runs }: Facts,
  { asked }: Pick<TortureEnvironment, 'asked'>,
): Violation[] {
  const treatment = treatmentOf({ project, ...mergeRequest });
  if (treatment === 'usual') return [];
  const isHere = (place: { repo: string; iid: number }) => place.repo === project.path && place.iid === iid;
  const reviews = runs.filter(
    ({ task, state, result }) =>
      task.kind === 'review' &&
      task.projectId === project.id &&
      task.mergeRequestIid === iid &&
      causeOf(task).kind !== 'note' &&
      state === 'done' &&
      result?.what === 'reviewed',
  );
  const name = `${project.path}!${iid}`;
  const defect = (what: string, ids: string[] = []): Violation => ({ kind: 'defect', what, ids: [name, ...ids] });
  const tooMany =
    reviews.length > MOST_REVIEWS
      ? [
          defect(
            `${name} of a bot was reviewed ${reviews.length} times unasked`,
            reviews.map(({ runId }) => runId),
          ),
        ]
      : [];
  // Where a person has asked, the agent answers and may review as usual.
  if (asked.some(isHere)) return tooMany;
  const own = notes.filter(isHere);
  const summary = own.find(({ purpose }) => purpose === 'summary');
  switch (treatment) {
    case 'skip':
      return own.map(({ purpose }) =>
        defect(`a note (${purpose}) at ${name}, of a bot that no binding wants reviewed`),
      );
    case 'summary':
      return [
        ...tooMany,
        ...own
          .filter(({ purpose }) => purpose === 'finding')
          .map(() => defect(`a thread at ${name}, a dependency update that is to have none`)),
        ...(summary && !summary.text.includes(LOCK_FILE)
          ? [defect(`the summary of ${name} does not name its lock file`)]
          : []),
      ];
    case 'as-of-bot':
      return tooMany;
  }
}

function checkIgnored(
  { repo, iid, noteId }: TortureEnvironment['ignored'][number],
  { notes, runs, mergeRequests }: Facts,
): Violation[] {
  const mergeRequest = mergeRequests.find((candidate) => candidate.project.path === repo && candidate.iid === iid);
  const answered = notes.some((note) => note.repo === repo && note.iid === iid && note.answers === noteId);
  const begun = runs.filter(
    ({ task }) => task.kind === 'reply' && task.projectId === mergeRequest?.project.id && task.noteId === noteId,
  );
  if (!answered && begun.length === 0) return [];
  const ids = [`${repo}!${iid}`, ...begun.map(({ runId }) => runId)];
  return [{ kind: 'defect', what: `note ${noteId} of a bot at ${repo}!${iid} was worked on`, ids }];
}

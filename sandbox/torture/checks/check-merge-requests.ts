import { isDraftTitle } from '../../../shared/adapters/gitlab/events.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { REPOSITORIES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Facts } from '../facts/read-facts.ts';
import { treatmentOf } from './treatment-of.ts';
import { findRepeated, type Violation } from './violation.ts';

/**
 * Each head that is still open has one review, each question one answer, each finding one thread, each failure one
 * note.
 */
export function checkMergeRequests(facts: Facts, torture: TortureEnvironment): Violation[] {
  return [
    ...facts.mergeRequests.flatMap((mergeRequest) => checkReview(mergeRequest, facts)),
    ...checkOnce(facts),
    ...torture.asked.flatMap((asked) => checkAnswer(asked, facts)),
    ...checkFailures(facts),
  ];
}

function checkReview(mergeRequest: SandboxMergeRequest, { notes, runs }: Facts): Violation[] {
  const { project, iid, headSha, state, title, author } = mergeRequest;
  const name = `${project.path}!${iid}`;
  const summaries = notes.filter(
    (note) => note.repo === project.path && note.iid === iid && note.purpose === 'summary',
  );
  const ids = [name, headSha, `mr~${project.id}~${iid}`];
  if (summaries.length > 1) return [{ kind: 'duplicate', what: `${name} has ${summaries.length} summaries`, ids }];
  if (state !== 'opened' || (isDraftTitle(title) && !author.bot)) return [];
  // No binding wants it reviewed; what is written there all the same is found elsewhere.
  if (treatmentOf(mergeRequest) === 'skip') return [];
  // Reviews in shadow are kept on the board.
  if (REPOSITORIES.some((team) => team.repo === project.path && team.isShadow)) return [];
  if (summaries[0]?.sha === headSha) return [];
  const own = runs.filter(
    ({ task }) => task.kind === 'review' && task.projectId === project.id && task.mergeRequestIid === iid,
  );
  const ofHead = own.filter(({ task }) => task.kind === 'review' && task.headSha === headSha);
  // Reported by a note of its own, which is checked elsewhere.
  if (ofHead.some((run) => run.state === 'failed')) return [];
  if (ofHead.some(({ detail }) => detail === 'bot-reviewed-often')) return [];
  const states = ofHead.map((run) => `${run.runId} ${run.state} ${run.detail ?? ''}`.trim()).join(', ');
  return [{ kind: 'loss', what: `${name} has no review of ${headSha.slice(0, 8)}: ${states || 'no run'}`, ids }];
}

function checkOnce({ notes }: Facts): Violation[] {
  const place = ({ repo, iid }: Facts['notes'][number]) => `${repo}!${iid}`;
  const findings = notes.filter(({ purpose }) => purpose === 'finding');
  const answers = notes.filter(({ answers: noteId }) => noteId !== undefined);
  const failures = notes.filter(({ purpose }) => purpose === 'failure');
  return [
    ...findRepeated(findings, (note) => `${place(note)} ${note.fingerprint}`).map(({ key, items }) => ({
      kind: 'duplicate' as const,
      what: `${items.length} threads for one finding at ${key}`,
      ids: key.split(' '),
    })),
    ...findRepeated(answers, (note) => `${place(note)} ${note.answers}`).map(({ key, items }) => ({
      kind: 'duplicate' as const,
      what: `${items.length} answers to one note at ${key}`,
      ids: key.split(' '),
    })),
    ...findRepeated(failures, (note) => `${place(note)} ${note.run}`).map(({ key, items }) => ({
      kind: 'duplicate' as const,
      what: `${items.length} notes about one failure at ${key}`,
      ids: key.split(' '),
    })),
  ];
}

function checkAnswer(
  { repo, iid, noteId }: TortureEnvironment['asked'][number],
  { notes, mergeRequests, runs }: Facts,
): Violation[] {
  if (notes.some((note) => note.repo === repo && note.iid === iid && note.answers === noteId)) return [];
  const mergeRequest = mergeRequests.find((candidate) => candidate.project.path === repo && candidate.iid === iid);
  // A question that was seen only when the merge request had ended is history.
  if (mergeRequest?.state !== 'opened') return [];
  const own = runs.filter(
    ({ task }) => task.id.endsWith(`~${noteId}`) && task.scope === `mr~${mergeRequest.project.id}~${iid}`,
  );
  if (own.some(({ state }) => state === 'failed')) return [];
  const states = own.map((run) => `${run.runId} ${run.state} ${run.detail ?? ''}`.trim()).join(', ');
  const ids = [`${repo}!${iid}`, `~${noteId}"`, ...own.map(({ runId }) => runId)];
  return [{ kind: 'loss', what: `note ${noteId} at ${repo}!${iid} has no answer: ${states || 'no run'}`, ids }];
}

/** A failed review or answer is reported on its merge request. */
function isOf(projectId: number, repo: string, mergeRequests: Facts['mergeRequests']): boolean {
  return mergeRequests.some(({ project }) => project.id === projectId && project.path === repo);
}

function checkFailures({ runs, notes, mergeRequests }: Facts): Violation[] {
  return runs.flatMap(({ runId, task, state, code }) => {
    if (state !== 'failed' || task.kind === 'coding' || task.kind === 'audit' || task.kind === 'echo') return [];
    // The ticket says what became of it.
    if (task.kind === 'update' && task.cause.kind === 'back-port') return [];
    if (REPOSITORIES.some(({ repo, isShadow }) => isShadow && isOf(task.projectId, repo, mergeRequests))) return [];
    if (notes.some(({ purpose, run }) => purpose === 'failure' && run === runId)) return [];
    return [
      {
        kind: 'loss' as const,
        what: `${task.id} failed (${code}) and the merge request does not say so`,
        ids: [runId],
      },
    ];
  });
}

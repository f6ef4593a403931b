import type { Environment } from '../environment/start-environment.ts';
import { ADA } from './demo-environment.ts';
import { openMergeRequestWithMistake } from './merge-request-with-mistake.ts';
import type { Narrator } from './narrator.ts';
import { AVERAGE_FIXED } from './repositories.ts';

const REPO = 'group/greetings';
const BRANCH = 'average';

/** A person's merge request is reviewed; the person fixes what was found and asks for a test in a thread. */
export async function playReviews(environment: Environment, narrator: Narrator, settleWithinMs: number): Promise<void> {
  const { gitlab } = environment;
  const ada = gitlab.as(ADA.username);
  const next = async () => {
    await environment.fire('poll-gitlab');
    await environment.settle(settleWithinMs);
  };
  narrator.chapter('A colleague for every merge request');
  // The first poll of a group only remembers the time: history is never reviewed.
  await environment.fire('poll-gitlab');

  const iid = await openMergeRequestWithMistake(environment);
  narrator.act(`opens merge request !${iid} "Add average" in ${REPO}`);
  await next();
  showNotes(environment, narrator, iid);

  await ada.push(REPO, { branch: BRANCH, files: AVERAGE_FIXED, message: 'Stop before the end of the list' });
  narrator.act('pushes a fix');
  await next();
  showNotes(environment, narrator, iid);

  await ada.startThread(REPO, iid, '/copilot add a test');
  narrator.act(`writes "/copilot add a test" on !${iid}`);
  await next();
  showNotes(environment, narrator, iid);
}

const shown = new Set<string>();

/** Says what the agent has written or changed in the merge request since the last time. */
function showNotes({ gitlab }: Environment, narrator: Narrator, iid: number): void {
  const mergeRequest = gitlab.project(REPO).mergeRequests.find((candidate) => candidate.iid === iid);
  for (const { notes } of mergeRequest?.discussions ?? []) {
    for (const { id, author, system, body, position, resolved } of notes) {
      const place = position ? ` at ${String(position['new_path'])}:${String(position['new_line'] ?? '')}` : '';
      const state = `${id}:${resolved}:${body.length}`;
      if (!author.bot || system || shown.has(state)) continue;
      shown.add(state);
      const line = body.split('\n').find((candidate) => candidate.trim() !== '' && !candidate.startsWith('#')) ?? '';
      narrator.note(`${resolved ? 'resolved: ' : ''}note${place}: ${line.slice(0, 110)}`);
    }
  }
}

import type { ReadyObstacle } from '../../../shared/domain/tasks/plan-ready.ts';
import type { ReasonWords } from './describe-reason.ts';

/** Why a merge request stays a draft and what a person can do; `undefined` for a word that is none of these. */
export function describeDraft(reason: string | undefined): ReasonWords | undefined {
  return reason === undefined ? undefined : new Map<string, ReasonWords>(Object.entries(WORDS)).get(reason);
}

const BY_HAND = 'Take it out of draft by hand where it is ready.';
const NEWER = 'Nothing to do: the pipeline of the newest commit decides.';

const WORDS: Readonly<Record<ReadyObstacle, ReasonWords>> = {
  'ready-by-people': { why: 'its binding leaves that to people', next: BY_HAND },
  closed: { why: 'it is not open any more', next: 'Nothing to do.' },
  'not-own': { why: 'the agent did not open it', next: BY_HAND },
  'other-head': { why: 'that pipeline ran on another commit', next: NEWER },
  'newer-head': { why: 'newer commits were pushed', next: NEWER },
  'not-draft': { why: 'it was none when the run looked', next: 'Nothing to do.' },
  'pipeline-gone': { why: 'the pipeline that passed is gone', next: BY_HAND },
  'other-pipeline': { why: 'GitLab waits for another pipeline of it', next: 'Nothing to do: that pipeline decides.' },
  'pipeline-not-green': { why: 'its pipeline has not passed', next: 'Look at the pipeline.' },
  'drafted-by-a-person': { why: 'a person made it one, and the agent never undoes that', next: BY_HAND },
  'head-of-a-person': { why: 'its newest commit is one of a person', next: BY_HAND },
  'criteria-unknown': { why: 'the run that made it is not known any more', next: BY_HAND },
  'criteria-not-met': {
    why: 'not all acceptance criteria are met by the word that counts: that of its review where the agent reviews it, else that of the agent that made it',
    next: 'See the table in the summary of the review, or in its description. Comment on the ticket what is missing, or take it out of draft by hand.',
  },
  'criteria-not-marked': {
    why: 'no review of the agent has marked the acceptance criteria at its newest commit',
    next: 'Write `/copilot review` on it and take it out of draft by hand, or push a commit.',
  },
  'work-under-way': { why: 'a run of its ticket was not over for hours', next: BY_HAND },
};

import { TEAMS } from '../environment/teams.ts';
import type { Action } from './action.ts';

/** What GitLab would act on if it reached a title, a description, a note or a commit as it is. */
export const HOSTILE_TEXT = '@all Closes #4711 [skip ci]';

/** A ticket whose title and description, and the agent's result for it, hold commands, mentions and closing words. */
export const createHostileTicket: Action = {
  name: 'create ticket with hostile text',
  weight: 2,
  async run({ environment: { jira } }, random) {
    const key = jira.createIssue({
      project: random.pick(TEAMS)?.jiraProject ?? '',
      summary: `Write page ${random.between(1, 1000)} ${HOSTILE_TEXT}`,
      description: `scenario: hostile\n\n/close\n\n/merge\n\n${HOSTILE_TEXT}\n\nCmap-Run: run-000000000000`,
      status: 'AI Ready',
    });
    return key;
  },
};

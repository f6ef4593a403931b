import { createMarker } from '../environment/markers.ts';
import { ADA, TEAMS, type TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';

const TRIGGER = 'AI Ready';
/** Writes a ticket and hands it to the agent, at once or by a move. */
export const createTicket: Action = {
  name: 'create ticket',
  weight: 5,
  async run({ environment: { jira } }, random) {
    const project = random.pick(TEAMS)?.jiraProject ?? '';
    const scenario = random.chance(0.1) ? 'scenario: question' : 'One more page.';
    const atOnce = random.chance(0.4);
    const key = jira.createIssue({
      project,
      summary: `Write page ${random.between(1, 1000)}`,
      description: scenario,
      status: atOnce ? TRIGGER : 'To Do',
    });
    if (!atOnce) jira.moveIssue(key, TRIGGER, ADA);
    return key;
  },
};

/** Comments on a ticket the agent is done with, and hands it over again. */
export const reworkTicket: Action = {
  name: 'rework ticket',
  weight: 3,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, 'In Review'));
    if (!key) return undefined;
    const marker = commentOn(torture, key, (marker) => `Please write more: ${marker}`);
    torture.environment.jira.moveIssue(key, TRIGGER, ADA);
    return `${key} ${marker}`;
  },
};

/** Hands a ticket over again although the agent works on it: impatient, but people are. */
export const moveBusyTicket: Action = {
  name: 'move a ticket in progress back to the trigger',
  weight: 1,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, 'In Progress'));
    if (!key) return undefined;
    const marker = commentOn(torture, key, (marker) => `And this too: ${marker}`);
    torture.environment.jira.moveIssue(key, TRIGGER, ADA);
    return `${key} ${marker}`;
  },
};

/** Names the agent in a comment, wherever the ticket stands. */
export const mentionAgent: Action = {
  name: 'mention the agent on a ticket',
  weight: 2,
  async run(torture, random) {
    const key = random.pick([...findTickets(torture, 'In Review'), ...findTickets(torture, 'In Progress')]);
    if (!key) return undefined;
    const marker = commentOn(torture, key, (marker) => `/copilot please mention ${marker} as well`);
    return `${key} ${marker}`;
  },
};

/** Takes a ticket away from the agent again. */
export const withdrawTicket: Action = {
  name: 'withdraw ticket',
  weight: 1,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, TRIGGER));
    if (!key) return undefined;
    torture.environment.jira.moveIssue(key, 'To Do', ADA);
    return key;
  },
};

/** Takes a ticket away while the agent works on it: where it was put is where it stays. */
export const takeBusyTicketAway: Action = {
  name: 'take a ticket in progress away',
  weight: 1,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, 'In Progress'));
    if (!key) return undefined;
    torture.environment.jira.moveIssue(key, 'To Do', ADA);
    return key;
  },
};

/** A ticket that has to wait for another one. */
export const createBlockedTicket: Action = {
  name: 'create blocked ticket',
  weight: 1,
  async run({ environment: { jira } }, random) {
    const project = random.pick(TEAMS)?.jiraProject ?? '';
    const blocker = jira.createIssue({ project, summary: 'First this', status: 'To Do' });
    const key = jira.createIssue({ project, summary: 'Then that', status: 'To Do' });
    jira.linkBlocks(blocker, key);
    jira.moveIssue(key, TRIGGER, ADA);
    return `${key} waits for ${blocker}`;
  },
};

/** Finishes a ticket that others wait for. */
export const finishBlocker: Action = {
  name: 'finish a blocker',
  weight: 1,
  async run({ environment: { jira } }, random) {
    const blockers = jira.issueKeys.flatMap((key) => jira.issue(key).blockedBy);
    const key = random.pick(blockers.filter((blocker) => jira.issue(blocker).status.name !== 'Done'));
    if (!key) return undefined;
    jira.moveIssue(key, 'Done', ADA);
    return key;
  },
};

function findTickets({ environment: { jira } }: TortureEnvironment, status: string): string[] {
  return jira.issueKeys.filter((key) => jira.issue(key).status.name === status);
}

function commentOn(torture: TortureEnvironment, issueKey: string, sentence: (marker: string) => string): string {
  const marker = createMarker();
  torture.environment.jira.addComment(issueKey, sentence(marker), ADA);
  torture.comments.push({ issueKey, marker, at: Date.now() });
  return marker;
}

import { ADA, TEAMS, type TortureWorld } from '../environment/torture-world.ts';
import { newWord } from '../environment/words.ts';
import type { Action } from './action.ts';

const TRIGGER = 'AI Ready';
/** Writes a ticket and hands it to the agent, at once or by a move. */
export const createTicket: Action = {
  name: 'create ticket',
  weight: 5,
  async run({ world: { jira } }, random) {
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
    const word = sayTo(torture, key, (text) => `Please write more: ${text}`);
    torture.world.jira.moveIssue(key, TRIGGER, ADA);
    return `${key} ${word}`;
  },
};

/** Hands a ticket over again although the agent works on it: impatient, but people are. */
export const moveBusyTicket: Action = {
  name: 'move a ticket in progress back to the trigger',
  weight: 1,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, 'In Progress'));
    if (!key) return undefined;
    const word = sayTo(torture, key, (text) => `And this too: ${text}`);
    torture.world.jira.moveIssue(key, TRIGGER, ADA);
    return `${key} ${word}`;
  },
};

/** Names the agent in a comment, wherever the ticket stands. */
export const mentionAgent: Action = {
  name: 'mention the agent on a ticket',
  weight: 2,
  async run(torture, random) {
    const key = random.pick([...findTickets(torture, 'In Review'), ...findTickets(torture, 'In Progress')]);
    if (!key) return undefined;
    const word = sayTo(torture, key, (text) => `/copilot please mention ${text} as well`);
    return `${key} ${word}`;
  },
};

/** Takes a ticket away from the agent again. */
export const withdrawTicket: Action = {
  name: 'withdraw ticket',
  weight: 1,
  async run(torture, random) {
    const key = random.pick(findTickets(torture, TRIGGER));
    if (!key) return undefined;
    torture.world.jira.moveIssue(key, 'To Do', ADA);
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
    torture.world.jira.moveIssue(key, 'To Do', ADA);
    return key;
  },
};

/** A ticket that has to wait for another one. */
export const createBlockedTicket: Action = {
  name: 'create blocked ticket',
  weight: 1,
  async run({ world: { jira } }, random) {
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
  async run({ world: { jira } }, random) {
    const blockers = jira.issueKeys.flatMap((key) => jira.issue(key).blockedBy);
    const key = random.pick(blockers.filter((blocker) => jira.issue(blocker).status.name !== 'Done'));
    if (!key) return undefined;
    jira.moveIssue(key, 'Done', ADA);
    return key;
  },
};

function findTickets({ world: { jira } }: TortureWorld, status: string): string[] {
  return jira.issueKeys.filter((key) => jira.issue(key).status.name === status);
}

function sayTo(torture: TortureWorld, issueKey: string, sentence: (word: string) => string): string {
  const word = newWord();
  torture.world.jira.addComment(issueKey, sentence(word), ADA);
  torture.said.push({ issueKey, word, at: Date.now() });
  return word;
}

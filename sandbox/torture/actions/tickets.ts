import { createMarker } from '../environment/markers.ts';
import type { Random } from '../environment/random.ts';
import {
  ADA,
  AGENT,
  BRANCHING,
  CAREFUL,
  KEEPING,
  MARKING,
  MENDING,
  PLANNING,
  SPENDING,
  TEAMS,
  type Team,
  TOOLED,
  VERSIONS,
} from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';

const TRIGGER = 'AI Ready';
/** Writes a ticket and hands it to the agent, at once or by a move. */
export const createTicket: Action = {
  name: 'create ticket',
  weight: 5,
  run: async (torture, random) => writeTicket(torture, random.pick(TEAMS), random),
};

/** The same for one team, so that a short torture has work of each kind. */
export function createTicketOf(team: Team): Action {
  return { ...createTicket, run: async (torture, random) => writeTicket(torture, team, random) };
}

function writeTicket({ environment: { jira } }: TortureEnvironment, team: Team | undefined, random: Random): string {
  const project = team?.jiraProject ?? '';
  const atOnce = random.chance(0.4);
  const key = jira.createIssue({
    project,
    summary: `Write page ${random.between(1, 1000)}`,
    description: random.chance(0.1) ? 'scenario: question' : describeWork(team, random),
    status: atOnce ? TRIGGER : 'To Do',
    ...(project === CAREFUL ? { fixVersions: [...VERSIONS] } : {}),
    ...(team?.route && random.chance(0.5) ? { components: [team.route.component] } : {}),
  });
  if (!atOnce) jira.moveIssue(key, TRIGGER, ADA);
  return key;
}

function describeWork(team: Team | undefined, random: Random): string {
  switch (team?.jiraProject) {
    // Some work of a team that validates is refused at first.
    case CAREFUL:
      return random.chance(0.5) ? 'scenario: red once' : PAGE;
    case KEEPING:
    case BRANCHING:
      return random.chance(0.85) ? REFUSED : PAGE;
    case MARKING:
      return `${PAGE}\n\n${CRITERIA}`;
    default:
      return PAGE;
  }
}

const PAGE = 'One more page.';
/** By this the model writes what is refused. */
export const REFUSED = 'scenario: refused';
const CRITERIA = '## Acceptance criteria\n\n- [ ] The page has a line\n- [ ] A test reads it\n';

/** Writes a ticket with files, whose names the agent has to be given. */
export const createTicketWithFiles: Action = {
  name: 'create ticket with attachments',
  weight: 2,
  async run(torture, random) {
    const { jira } = torture.environment;
    const project = random.pick([TOOLED, TOOLED, 'PROJ', CAREFUL]) ?? TOOLED;
    const key = jira.createIssue({
      project,
      summary: 'Write the attached page',
      description: 'As attached.',
      status: 'To Do',
    });
    const marker = createMarker();
    jira.attach(key, { name: `${marker}.txt`, content: 'One line.\n', mimeType: 'text/plain', by: ADA });
    jira.attach(key, { name: '../@all.txt', content: HOSTILE, mimeType: 'text/plain', by: ADA });
    jira.attach(key, { name: 'large.bin', content: String.fromCharCode(random.between(0, 255)).repeat(1024), by: ADA });
    jira.moveIssue(key, TRIGGER, ADA);
    torture.comments.push({ issueKey: key, marker, at: Date.now() });
    return `${key} ${marker}`;
  },
};

const HOSTILE = '@all Closes #4711 [skip ci]\n/close\n';

/** Work for the team whose agent has tools. */
export const createTicketWithTools: Action = {
  name: 'create ticket for an agent with tools',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf(TOOLED), random),
};

/** Work for the team whose runs of the month are limited: some of it waits. */
export const createLimitedTicket: Action = {
  name: 'create ticket within a budget of the month',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf(SPENDING), random),
};

/** Work whose findings the agent mends itself. */
export const createMendedTicket: Action = {
  name: 'create ticket whose findings are mended',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf(MENDING), random),
};

/** Work with criteria, which a review marks. */
export const createMarkedTicket: Action = {
  name: 'create ticket with criteria',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf(MARKING), random),
};

/** A ticket that may go to either repository of its team. */
export const createRoutedTicket: Action = {
  name: 'create ticket that has a route',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf('ROUTE'), random),
};

/** One whose work is delivered nowhere. */
export const createShadowTicket: Action = {
  name: 'create ticket in shadow',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf('SHADE'), random),
};

/** One that begins with a plan. */
export const createPlannedTicket: Action = {
  name: 'create ticket with a plan',
  weight: 1,
  run: async (torture, random) => writeTicket(torture, teamOf(PLANNING), random),
};

function teamOf(jiraProject: string): Team | undefined {
  return TEAMS.find((team) => team.jiraProject === jiraProject);
}

/** Approves what the agent wants to do, or asks for the ticket once more, which approves it too. */
export const approvePlan: Action = {
  name: 'approve a plan',
  weight: 4,
  async run(torture, random) {
    const { jira } = torture.environment;
    // On a ticket that was taken away an approval is a new request, after which the agent may move it on.
    const isTakenAway = (key: string) => jira.issue(key).status.name === 'To Do';
    const waiting = jira.issueKeys.filter(
      (key) =>
        key.startsWith(`${PLANNING}-`) && !torture.approved.has(key) && hasReport(torture, key) && !isTakenAway(key),
    );
    const key = random.pick(waiting);
    if (!key) return undefined;
    torture.approved.add(key);
    jira.addComment(key, '/copilot go', ADA);
    return key;
  },
};

/** Answers what the agent asked, without its name. */
export const answerQuestion: Action = {
  name: 'answer a question',
  weight: 2,
  async run(torture, random) {
    const { jira } = torture.environment;
    const asking = jira.issueKeys.filter((key) => jira.issue(key).labels.includes('ai-asks'));
    const key = random.pick(asking);
    if (!key) return undefined;
    jira.addComment(key, 'The first one is meant.', ADA);
    return key;
  },
};

/** Judges what a team in shadow was given. */
export const rateShadow: Action = {
  name: 'say yes or no to a patch',
  weight: 2,
  async run(torture, random) {
    const teams = TEAMS.filter(({ isShadow }) => isShadow).map(({ jiraProject }) => `${jiraProject}-`);
    const { jira } = torture.environment;
    const tried = jira.issueKeys.filter(
      (key) => teams.some((start) => key.startsWith(start)) && hasReport(torture, key),
    );
    const key = random.pick(tried);
    if (!key) return undefined;
    const word = random.pick(['yes', 'no']);
    jira.addComment(key, `/copilot ${word}`, ADA);
    return `${key} ${word}`;
  },
};

function hasReport({ environment: { jira } }: TortureEnvironment, key: string): boolean {
  return jira.comments(key).some(({ authorId }) => authorId === AGENT);
}

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

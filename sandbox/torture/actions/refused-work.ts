import { parseFooter } from '../../../shared/services/notifications/report-footer.ts';
import type { Random } from '../environment/random.ts';
import { ADA, AGENT, BEA, BRANCHING, KEEPING, OWN_PART, TEAMS, type Team } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';
import { describe, listOfTeam, nextChange, push } from './merge-request-helpers.ts';
import { REFUSED } from './tickets.ts';

/** A ticket whose change the gate refuses. */
export const createRefusedTicket: Action = {
  name: 'create ticket whose change is refused',
  weight: 2,
  async run({ environment: { jira } }, random) {
    const project = random.pick([KEEPING, BRANCHING]) ?? KEEPING;
    const summary = `Write pages ${random.between(1, 1000)}`;
    return jira.createIssue({ project, summary, description: REFUSED, status: 'AI Ready' });
  },
};

/** A maintainer lets what was refused last pass, on the ticket or in its merge request. */
export const allowRefused: Action = {
  name: 'let refused files pass',
  weight: 4,
  run: async (torture, random) => allow(torture, random, ADA),
};

/** A person tries to who may not. */
export const allowWithoutRight: Action = {
  name: 'let refused files pass without the right',
  weight: 2,
  run: async (torture, random) => allow(torture, random, BEA),
};

/** A note counts only where it is surely younger than the refusal, by clocks that may differ. */
const NOTE_AFTER_MS = 11_000;

async function allow(torture: TortureEnvironment, random: Random, by: string): Promise<string | undefined> {
  const { jira, gitlab } = torture.environment;
  // Each person speaks once about each refusal.
  const isNew = ({ commentId }: Refusal) => !torture.allowed.some((one) => one.by === by && one.refusal === commentId);
  const found = random.pick(findRefusals(torture).filter(isNew));
  if (!found) return undefined;
  const { issueKey, commentId: refusal, line, at } = found;
  const [mergeRequest] = listOfTeam(torture, projectOf(issueKey)).filter(
    ({ sourceBranch }) => sourceBranch === `agent/${issueKey}`,
  );
  const isInNote = mergeRequest !== undefined && Date.now() - at > NOTE_AFTER_MS && random.chance(0.5);
  if (isInNote) {
    const { id } = gitlab.as(by).note(mergeRequest.project.path, mergeRequest.iid, line);
    torture.allowed.push({ issueKey, comment: String(id), by, refusal });
    return `${issueKey} in note ${id} at ${describe(mergeRequest)}: ${line}`;
  }
  const comment = jira.addComment(issueKey, line, by);
  torture.allowed.push({ issueKey, comment, by, refusal });
  return `${issueKey} in comment ${comment}: ${line}`;
}

interface Refusal {
  issueKey: string;
  /** The comment that says how files are let pass. */
  commentId: string;
  line: string;
  at: number;
}

/** Of each ticket the refusal it speaks of last, where nothing was delivered since. */
function findRefusals({ environment: { jira } }: TortureEnvironment): Refusal[] {
  const keys = jira.issueKeys.filter((key) => [KEEPING, BRANCHING].includes(projectOf(key)));
  return keys.flatMap((issueKey) => {
    const said = jira.issue(issueKey).comments;
    const reports = jira
      .comments(issueKey)
      .filter(({ authorId, markdown }) => authorId === AGENT && parseFooter(markdown)?.purpose === 'report');
    const last = reports.findLast(({ markdown }) => !markdown.includes('let nothing pass'));
    const line = /`(\/copilot allow [^`]+)`/.exec(last?.markdown ?? '')?.[1];
    const at = said.find(({ id }) => id === last?.id)?.createdAt ?? 0;
    return last && line ? [{ issueKey, commentId: last.id, line, at }] : [];
  });
}

function projectOf(issueKey: string): string {
  return issueKey.split('-')[0] ?? '';
}

/** Goes on with refused work by hand, on the branch that keeps it: from then on it is a person's. */
export const pushToKeptBranch: Action = {
  name: 'push to a branch of refused work',
  weight: 0.5,
  async run(torture, random) {
    const team = TEAMS.find(({ jiraProject }) => jiraProject === BRANCHING);
    const branch = random.pick(listKeptBranches(torture, team));
    if (!team || !branch) return undefined;
    const sha = await push(torture, team.repo, branch, { [`${OWN_PART}by-hand-${nextChange()}.md`]: 'By hand.\n' });
    return `${branch} ${sha.slice(0, 8)}`;
  },
};

function listKeptBranches({ environment: { gitlab } }: TortureEnvironment, team: Team | undefined): string[] {
  if (!team) return [];
  return [...gitlab.project(team.repo).repository.branches.keys()].filter((name) => name.endsWith('--refused'));
}

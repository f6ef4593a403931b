import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import type { Random } from '../environment/random.ts';
import { ADA, CAREFUL, REPOSITORIES, type Repository, TEAMS, VERSIONS } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';
import {
  describe,
  isAgents,
  isOwn,
  listAll,
  listOfTeam,
  listOpen,
  nextChange,
  pickOpen,
  push,
} from './merge-request-helpers.ts';

/** Proposes a change of her own, for the agent to review. */
export const openMergeRequest: Action = {
  name: 'open merge request',
  weight: 3,
  async run(torture, random) {
    return openOwn(torture, random.pick(REPOSITORIES), random);
  },
};

async function openOwn(
  torture: TortureEnvironment,
  team: Repository | undefined,
  random: Random,
): Promise<string | undefined> {
  if (!team) return undefined;
  const change = nextChange();
  const branch = `${ADA}/change-${change}`;
  await push(torture, team.repo, branch, { [`pages/${change}.md`]: `one ${random.next()}\ntwo\n` });
  const { iid } = await torture.environment.gitlab
    .as(ADA)
    .openMergeRequest(team.repo, { sourceBranch: branch, title: `Add page ${change}` });
  return `${team.repo}!${iid}`;
}

/** The same where a review is a status that the merge waits for. */
export const openMergeRequestWithStatus: Action = {
  ...openMergeRequest,
  name: 'open merge request whose review is a status',
  weight: 1,
  run: async (torture, random) =>
    openOwn(
      torture,
      REPOSITORIES.find(({ jiraProject }) => jiraProject === CAREFUL),
      random,
    ),
};

/** Pushes to an open merge request, her own or the agent's. */
export const pushToMergeRequest: Action = {
  name: 'push to merge request',
  weight: 4,
  async run(torture, random) {
    const mergeRequest = pickOpen(torture, random);
    if (!mergeRequest) return undefined;
    const { project, sourceBranch } = mergeRequest;
    const sha = await push(torture, project.path, sourceBranch, {
      [`pages/more-${nextChange()}.md`]: `more ${random.next()}\n`,
    });
    return `${describe(mergeRequest)} ${sha.slice(0, 8)}`;
  },
};

/** Pushes to the page the agent writes itself, so that the two may not fit together. */
export const pushIntoTheWay: Action = {
  name: "push to the agent's page",
  weight: 2,
  async run(torture, random) {
    const mergeRequest = random.pick(listOpen(torture).filter(isAgents));
    if (!mergeRequest) return undefined;
    const { project, sourceBranch } = mergeRequest;
    const file = `docs/${sourceBranch.slice('agent/'.length)}.md`;
    const before = (await torture.environment.gitlab.readFile(project.path, sourceBranch, file)) ?? '';
    const text = `${before.trimEnd()}\nAda was here ${random.next()}\n`;
    const sha = await push(torture, project.path, sourceBranch, { [file]: text });
    return `${describe(mergeRequest)} ${sha.slice(0, 8)}`;
  },
};

/** Asks the agent something, in a new thread or in one it takes part in. */
export const askInMergeRequest: Action = {
  name: 'ask in merge request',
  weight: 4,
  async run(torture, random) {
    const mergeRequest = pickOpen(torture, random);
    if (!mergeRequest) return undefined;
    const { project, iid, discussions } = mergeRequest;
    const ada = torture.environment.gitlab.as(ADA);
    const own = discussions.filter(
      ({ individualNote, notes }) =>
        !individualNote && notes[0]?.author.bot && !notes.some(({ resolved }) => resolved) && notes.length < 6,
    );
    const thread = random.chance(0.5) ? random.pick(own) : undefined;
    const body = random.pick(QUESTIONS) ?? '';
    const note = thread
      ? ada.reply(project.path, iid, thread.id, body)
      : (await ada.startThread(project.path, iid, `/copilot ${body}`)).notes[0];
    if (!note) return undefined;
    // A team in shadow answers no question.
    if (!TEAMS.some((team) => team.repo === project.path && team.isShadow))
      torture.asked.push({ repo: project.path, iid, noteId: note.id });
    return `${describe(mergeRequest)} note ${note.id}: ${body}`;
  },
};

const QUESTIONS = ['Why is it a page?', 'please add a line', 'review', 'What does this do?', 'please add a line here'];

/** Merges what the agent proposed. */
export const mergeAgentsWork: Action = {
  name: 'merge',
  weight: 1,
  async run(torture, random) {
    const mergeRequest = random.pick(listOpen(torture).filter(isAgents));
    if (!mergeRequest) return undefined;
    const ada = torture.environment.gitlab.as(ADA);
    const { project, iid, title } = mergeRequest;
    torture.heldBack.delete(mergeRequest);
    ada.edit(project.path, iid, { title: title.replace(/^Draft: /, '') });
    await ada.merge(project.path, iid);
    return describe(mergeRequest);
  },
};

/** Writes the same page on the branch the agent's work goes to, so that the two do not merge. */
export const pushToTarget: Action = {
  name: 'push the page to the target branch',
  weight: 2,
  async run(torture, random) {
    const mergeRequest = random.pick(listCareful(torture));
    if (!mergeRequest) return undefined;
    const { project, sourceBranch, targetBranch } = mergeRequest;
    const file = `docs/${sourceBranch.slice('agent/'.length)}.md`;
    await push(torture, project.path, targetBranch, { [file]: `Ada wrote this first ${random.next()}\n` });
    return `${describe(mergeRequest)} ${targetBranch}`;
  },
};

/** The same on the branch of a version, before the change is merged. */
export const pushToRelease: Action = {
  name: 'push the page to a release branch',
  weight: 2,
  async run(torture, random) {
    const mergeRequest = random.pick(listCareful(torture));
    if (!mergeRequest) return undefined;
    const { project, sourceBranch } = mergeRequest;
    const branch = `release/${random.pick(VERSIONS)}`;
    const file = `docs/${sourceBranch.slice('agent/'.length)}.md`;
    await push(torture, project.path, branch, { [file]: `Ada wrote this there ${random.next()}\n` });
    return `${describe(mergeRequest)} ${branch}`;
  },
};

/** Merges work of the team that takes it over to its versions. */
export const mergeCarefulWork: Action = {
  ...mergeAgentsWork,
  name: 'merge what goes to versions',
  weight: 2,
  async run(torture, random) {
    const mergeRequest = random.pick(listCareful(torture));
    if (!mergeRequest) return undefined;
    const ada = torture.environment.gitlab.as(ADA);
    const { project, iid, title } = mergeRequest;
    torture.heldBack.delete(mergeRequest);
    ada.edit(project.path, iid, { title: title.replace(/^Draft: /, '') });
    await ada.merge(project.path, iid);
    return describe(mergeRequest);
  },
};

/** A pipeline of the agent's work passes or fails. */
export const runPipeline: Action = {
  name: 'run a pipeline',
  weight: 3,
  async run(torture, random) {
    const mergeRequest = random.pick(listCareful(torture));
    if (!mergeRequest) return undefined;
    const { project, sourceBranch } = mergeRequest;
    const status = random.chance(0.5) ? ('success' as const) : ('failed' as const);
    const job = { name: 'test', status, log: `The page is ${status}\n` };
    torture.environment.gitlab.as(ADA).runPipeline(project.path, { ref: sourceBranch, status, jobs: [job] });
    return `${describe(mergeRequest)} ${status}`;
  },
};

/** Makes the agent's work a draft again: she is not done with it, also where its pipelines pass. */
export const holdBack: Action = {
  name: "make the agent's work a draft again",
  weight: 1,
  async run(torture, random) {
    const ready = listCareful(torture).filter(({ title }) => !title.startsWith('Draft: '));
    const mergeRequest = random.pick(ready);
    if (!mergeRequest) return undefined;
    const { project, iid, title } = mergeRequest;
    torture.environment.gitlab.as(ADA).edit(project.path, iid, { title: `Draft: ${title}` });
    torture.heldBack.add(mergeRequest);
    return describe(mergeRequest);
  },
};

/** Open ones for a ticket of the team with all rules on. */
function listCareful(torture: TortureEnvironment): SandboxMergeRequest[] {
  return listOfTeam(torture, CAREFUL);
}

/** Closes a merge request without merging it. */
export const closeMergeRequest: Action = {
  name: 'close merge request',
  weight: 0.5,
  async run(torture, random) {
    const mergeRequest = pickOpen(torture, random);
    if (!mergeRequest) return undefined;
    await torture.environment.gitlab.as(ADA).close(mergeRequest.project.path, mergeRequest.iid);
    return describe(mergeRequest);
  },
};

/** Takes a merge request of her own back to a draft, or says that it is ready. */
export const toggleDraft: Action = {
  name: 'draft or ready',
  weight: 1.5,
  async run(torture, random) {
    const mergeRequest = random.pick(listOpen(torture).filter(isOwn));
    if (!mergeRequest) return undefined;
    const { project, iid, title } = mergeRequest;
    const next = title.startsWith('Draft: ') ? title.slice('Draft: '.length) : `Draft: ${title}`;
    torture.environment.gitlab.as(ADA).edit(project.path, iid, { title: next });
    return `${describe(mergeRequest)} ${next}`;
  },
};

/** Changes her mind about a merge request she closed. */
export const reopenMergeRequest: Action = {
  name: 'reopen merge request',
  weight: 1,
  async run(torture, random) {
    const closed = listAll(torture).filter((candidate) => candidate.state === 'closed' && isOwn(candidate));
    const mergeRequest = random.pick(closed);
    if (!mergeRequest) return undefined;
    await torture.environment.gitlab.as(ADA).reopen(mergeRequest.project.path, mergeRequest.iid);
    return describe(mergeRequest);
  },
};

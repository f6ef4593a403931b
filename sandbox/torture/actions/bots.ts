import { GUIDES, MARKING, MIRROR, RENOVATE, TEAMS } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';
import { describe, listOpen, nextChange, push } from './merge-request-helpers.ts';

/** The repositories whose bindings say what becomes of bots, and one whose binding says nothing. */
const MARKED = repositoryOf(MARKING);
const PLAIN = repositoryOf('PROJ');

function repositoryOf(jiraProject: string): string {
  return TEAMS.find((team) => team.jiraProject === jiraProject)?.repo ?? '';
}

/** A bot proposes a new version, with the lock file that it makes; some of them are nothing but that. */
export const openDependencyUpdate: Action = {
  name: 'open dependency update',
  weight: 2,
  async run(torture, random) {
    const number = nextChange();
    const lock = JSON.stringify({ lockfileVersion: 3, packages: { pages: { version: `${number}.0.0` } } });
    const manifest = JSON.stringify({ dependencies: { pages: `^${number}.0.0` } });
    const files = { 'package-lock.json': lock, ...(random.chance(0.8) ? { 'package.json': manifest } : {}) };
    return openAs(torture, RENOVATE, { repo: random.pick([GUIDES.repo, GUIDES.repo, MARKED]) ?? GUIDES.repo, files });
  },
};

/** The same where the binding says nothing of bots: nothing is written there. */
export const openUnwantedUpdate: Action = {
  name: 'open dependency update that no binding wants',
  weight: 1,
  run: async (torture) => openAs(torture, RENOVATE, { repo: PLAIN, files: { 'package-lock.json': '{}\n' } }),
};

/** An account that the binding calls a bot proposes a page. */
export const openMergeRequestOfBot: Action = {
  name: 'open merge request of a bot',
  weight: 1,
  run: async (torture, random) =>
    openAs(torture, MIRROR, {
      repo: random.pick([GUIDES.repo, MARKED]) ?? MARKED,
      files: { [`pages/mirrored-${nextChange()}.md`]: 'one\ntwo\n' },
    }),
};

interface OfBot {
  repo: string;
  files: Record<string, string>;
}

async function openAs(torture: TortureEnvironment, username: string, { repo, files }: OfBot): Promise<string> {
  const sourceBranch = `${username}/update-${nextChange()}`;
  await push(torture, repo, sourceBranch, files);
  const { iid } = await torture.environment.gitlab
    .as(username)
    .openMergeRequest(repo, { sourceBranch, title: `Update ${sourceBranch}` });
  return `${repo}!${iid} of ${username}`;
}

/** A bot answers each review of its merge request with a push: that has to end. */
export const pushAsBot: Action = {
  name: 'push as a bot',
  weight: 3,
  async run(torture, random) {
    const mergeRequest = random.pick(listOpen(torture).filter(({ author }) => author.username === MIRROR));
    if (!mergeRequest) return undefined;
    const { project, sourceBranch } = mergeRequest;
    const file = `pages/mirrored-${nextChange()}.md`;
    const sha = await push(torture, project.path, sourceBranch, { [file]: `one ${random.next()}\ntwo\n` });
    return `${describe(mergeRequest)} ${sha.slice(0, 8)}`;
  },
};

/** A bot asks for something, in a merge request of any author. */
export const askAsBot: Action = {
  name: 'ask as a bot',
  weight: 1,
  async run(torture, random) {
    const places = [GUIDES.repo, MARKED];
    const mergeRequest = random.pick(listOpen(torture).filter(({ project }) => places.includes(project.path)));
    if (!mergeRequest) return undefined;
    const { project, iid } = mergeRequest;
    const { id: noteId } = torture.environment.gitlab.as(MIRROR).note(project.path, iid, '/copilot please add a line');
    torture.ignored.push({ repo: project.path, iid, noteId });
    return `${describe(mergeRequest)} note ${noteId}`;
  },
};

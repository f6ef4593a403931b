import { createMarker } from '../environment/markers.ts';
import { ADA, GUIDES } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';
import { describe, listOpen, nextChange, push } from './merge-request-helpers.ts';

/** A merge request where no ticket is read, on a branch and with a title that name one of another team. */
export const nameTicketElsewhere: Action = {
  name: 'name a ticket where none is read',
  weight: 1,
  async run(torture) {
    const { jira, gitlab } = torture.environment;
    const marker = createMarker();
    const issueKey = jira.createIssue({ project: 'PROJ', summary: 'For few', description: marker, status: 'To Do' });
    torture.named.push({ issueKey, marker });
    const sourceBranch = `agent/${issueKey}`;
    await push(torture, GUIDES.repo, sourceBranch, { [`pages/${nextChange()}.md`]: 'one\ntwo\n' });
    const title = `${issueKey}: Add a page`;
    const { iid } = await gitlab.as(ADA).openMergeRequest(GUIDES.repo, { sourceBranch, title });
    return `${issueKey} in ${GUIDES.repo}!${iid}`;
  },
};

/** Merges it: the ticket is not moved by that. */
export const mergeWhereNoTicketIsRead: Action = {
  name: 'merge what names a ticket where none is read',
  weight: 0.5,
  async run(torture, random) {
    const mergeRequest = random.pick(listNamed(torture));
    if (!mergeRequest) return undefined;
    await torture.environment.gitlab.as(ADA).merge(mergeRequest.project.path, mergeRequest.iid);
    return describe(mergeRequest);
  },
};

function listNamed(torture: TortureEnvironment) {
  const branches = new Set(torture.named.map(({ issueKey }) => `agent/${issueKey}`));
  return listOpen(torture).filter(
    ({ project, sourceBranch }) => project.path === GUIDES.repo && branches.has(sourceBranch),
  );
}

const REQUESTS = ['please add a line', '/copilot rebase', 'Why is it a guide?'];

/** Asks for a change where the agent changes nothing: it says so. */
export const askWhereNothingIsChanged: Action = {
  name: 'ask where the agent changes nothing',
  weight: 1,
  async run(torture, random) {
    const mergeRequest = random.pick(listOpen(torture).filter(({ project }) => project.path === GUIDES.repo));
    if (!mergeRequest) return undefined;
    const { project, iid } = mergeRequest;
    const request = random.pick(REQUESTS) ?? '';
    const body = request.startsWith('/') ? request : `/copilot ${request}`;
    const { id: noteId } = torture.environment.gitlab.as(ADA).note(project.path, iid, body);
    torture.asked.push({ repo: project.path, iid, noteId });
    return `${describe(mergeRequest)} note ${noteId}: ${body}`;
  },
};

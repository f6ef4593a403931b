import { findOwedReviewers } from '../../../shared/domain/runs/reviewers-event.ts';
import { issueScope } from '../../../shared/domain/tasks/plan-coding.ts';
import type { SandboxMergeRequest } from '../../gitlab/state/fake-state.ts';
import { ADA, BEA, MARKING, MENDING } from '../environment/teams.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import type { Action } from './action.ts';
import { describe, listOfTeam } from './merge-request-helpers.ts';

/** Does not want to review what she was asked to: she is not asked again. */
export const takeReviewerOff: Action = {
  name: 'take a reviewer off',
  weight: 1,
  async run(torture, random) {
    const asked: SandboxMergeRequest[] = [];
    for (const mergeRequest of listOfTeam(torture, MENDING))
      if (mergeRequest.reviewers.length > 0 && (await hasAsked(torture, mergeRequest))) asked.push(mergeRequest);
    const mergeRequest = random.pick(asked);
    if (!mergeRequest) return undefined;
    const { project, iid } = mergeRequest;
    torture.environment.gitlab.as(BEA).edit(project.path, iid, { reviewers: [] });
    torture.takenOff.add(mergeRequest);
    return describe(mergeRequest);
  },
};

const MAX_RUNS = 100;

/** As long as the agent has not noted that it has asked, it may ask once more. */
async function hasAsked({ environment: { storage } }: TortureEnvironment, mergeRequest: SandboxMergeRequest) {
  const { sourceBranch, iid } = mergeRequest;
  const runs = await storage.ledger.listRecent(issueScope(sourceBranch.slice('agent/'.length)), MAX_RUNS);
  for (const { runId } of runs.filter(({ result }) => result?.mergeRequestIid === iid))
    if (findOwedReviewers(await storage.ledger.listEvents(runId), iid) !== undefined) return false;
  return true;
}

/** Ends a review with "Request changes". */
export const requestChanges: Action = {
  name: 'request changes',
  weight: 2,
  async run(torture, random) {
    const by = random.pick([ADA, BEA]) ?? BEA;
    const mergeRequest = random.pick(listOfTeam(torture, MARKING).filter((one) => !asksForChanges(one, by)));
    if (!mergeRequest) return undefined;
    torture.environment.gitlab.as(by).requestChanges(mergeRequest.project.path, mergeRequest.iid);
    return `${describe(mergeRequest)} by ${by}`;
  },
};

/** Is content with what was done since. */
export const approveAfterRequest: Action = {
  name: 'approve after a request for changes',
  weight: 1,
  async run(torture, random) {
    const asked = listOfTeam(torture, MARKING).flatMap((mergeRequest) =>
      mergeRequest.changeRequesters.map(({ username }) => ({ mergeRequest, username })),
    );
    const found = random.pick(asked);
    if (!found) return undefined;
    const { mergeRequest, username } = found;
    torture.environment.gitlab.as(username).approve(mergeRequest.project.path, mergeRequest.iid);
    return `${describe(mergeRequest)} by ${username}`;
  },
};

/** Asks for a change in words, in a thread that a merge waits for. */
export const openThread: Action = {
  name: 'open a thread',
  weight: 1,
  async run(torture, random) {
    const mergeRequest = random.pick(listOfTeam(torture, MARKING));
    if (!mergeRequest) return undefined;
    const { project, iid } = mergeRequest;
    await torture.environment.gitlab.as(BEA).startThread(project.path, iid, 'Another word, please.');
    return describe(mergeRequest);
  },
};

/** Resolves what she has begun, and says so: GitLab tells of a note, and not of what is resolved. */
export const resolveThread: Action = {
  name: 'resolve a thread',
  weight: 1,
  async run(torture, random) {
    const open = listOfTeam(torture, MARKING).flatMap((mergeRequest) =>
      mergeRequest.discussions
        .filter(({ notes }) => notes[0]?.author.username === BEA && notes[0].resolvable && !notes[0].resolved)
        .map((discussion) => ({ mergeRequest, discussion })),
    );
    const found = random.pick(open);
    if (!found) return undefined;
    const { mergeRequest, discussion } = found;
    const { project, iid } = mergeRequest;
    const bea = torture.environment.gitlab.as(BEA);
    bea.resolve(project.path, iid, discussion.id);
    bea.note(project.path, iid, 'Thank you, that is settled.');
    return describe(mergeRequest);
  },
};

function asksForChanges({ changeRequesters }: SandboxMergeRequest, by: string): boolean {
  return changeRequesters.some(({ username }) => username === by);
}

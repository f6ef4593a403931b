import type { Environment } from '../environment/start-environment.ts';
import { ADA } from './demo-environment.ts';
import type { Narrator } from './narrator.ts';

const REPO = 'group/greetings';

/** A comment on the ticket brings a second commit to the same merge request; merging it moves the ticket to Done. */
export async function playRework(environment: Environment, narrator: Narrator, settleWithinMs: number): Promise<void> {
  const { jira, gitlab } = environment;
  narrator.chapter('Rework, and the end of the ticket');
  const [key] = jira.issueKeys.filter((candidate) => candidate.startsWith('PROJ-'));
  if (!key) throw new Error('The story needs the ticket of its first chapter');

  jira.addComment(key, 'Names of only spaces should count as no name. Please cover it with a test.', ADA.accountId);
  jira.moveIssue(key, 'AI Ready', ADA.accountId);
  narrator.act(`comments on ${key} and moves it back to AI Ready`);
  await environment.fire('poll-jira');
  await environment.settle(settleWithinMs);

  const mergeRequest = gitlab
    .project(REPO)
    .mergeRequests.find(({ sourceBranch, state }) => sourceBranch === `agent/${key}` && state === 'opened');
  if (!mergeRequest) throw new Error(`${key} has no open merge request`);
  gitlab.as(ADA.username).edit(REPO, mergeRequest.iid, { title: mergeRequest.title.replace(/^Draft: /, '') });
  await gitlab.as(ADA.username).merge(REPO, mergeRequest.iid);
  narrator.act(`merges !${mergeRequest.iid}`);
  await environment.fire('poll-gitlab');
  await environment.settle(settleWithinMs);
  narrator.note(`${key} is in ${jira.issue(key).status.name}`);
}

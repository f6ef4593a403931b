import type { Environment } from '../environment/start-environment.ts';
import type { SandboxMergeRequest } from '../gitlab/state/fake-state.ts';
import { ADA } from './demo-environment.ts';
import type { Narrator } from './narrator.ts';
import { patienceOf, type StoryOptions } from './play-demo.ts';
import { MOCK_UP, ROUNDING } from './shop-repositories.ts';

export const WEB_REPO = 'shop/web';
/** The release whose branch there is when the change is merged. */
export const RELEASE = '1.9.1';

interface Stage {
  environment: Environment;
  narrator: Narrator;
  settleWithinMs: number;
}

/**
 * One ticket with all that a binding may turn on: a plan that a reply changes, a red test that is repaired, a pipeline
 * that fails, a conflict, criteria that the review marks, ready by itself, and a back-port after the merge. Resolves
 * with the key of the ticket.
 */
export async function playFullStory(
  environment: Environment,
  narrator: Narrator,
  options: StoryOptions,
): Promise<string> {
  const stage: Stage = { environment, narrator, settleWithinMs: patienceOf(options) };
  // The first poll of a group only remembers the time.
  await environment.fire('poll-gitlab');
  const key = await planFirst(stage);
  await approve(stage, key);
  await failPipeline(stage, key);
  await conflict(stage, key);
  await deliver(stage, key);
  return key;
}

async function planFirst(stage: Stage): Promise<string> {
  const { environment, narrator } = stage;
  const { jira } = environment;
  narrator.chapter('A ticket with a parent, a picture and criteria is planned first');
  jira.addVersion('SHOP', RELEASE);
  const parent = jira.createIssue({
    project: 'SHOP',
    summary: 'Sell in other countries',
    type: 'Epic',
    status: 'To Do',
  });
  const key = jira.createIssue({
    project: 'SHOP',
    summary: 'Show prices with their currency',
    description:
      'People abroad cannot tell what a price is in; see mock-up.png.\n\n## Acceptance criteria\n\n- `price(1999)` is `19.99 EUR`\n- `price(0)` is `0.00 EUR`',
    status: 'To Do',
    reporter: ADA.accountId,
    parent,
    components: ['Web'],
    labels: ['plan-first'],
    fixVersions: [RELEASE],
  });
  jira.attach(key, { name: 'mock-up.png', content: MOCK_UP, mimeType: 'image/png', by: ADA.accountId });
  jira.moveIssue(key, 'AI Ready', ADA.accountId);
  narrator.act(`moves ${key} "${jira.issue(key).summary}" to AI Ready`);
  await pollAndSettle(stage);
  showComment(stage, key);

  jira.addComment(key, 'The currency should have one name, so that we can change it.', ADA.accountId);
  narrator.act(`answers on ${key}: "The currency should have one name, so that we can change it."`);
  await pollAndSettle(stage);
  showComment(stage, key);
  return key;
}

async function approve(stage: Stage, key: string): Promise<void> {
  stage.narrator.chapter('The plan is approved; a test that turns red is repaired in the same session');
  stage.environment.jira.addComment(key, '/copilot go', ADA.accountId);
  stage.narrator.act(`writes "/copilot go" on ${key}`);
  await pollAndSettle(stage);
  showComment(stage, key);
  // The review of the new merge request, which marks the criteria.
  await pollAndSettle(stage);
  showNotes(stage, key);
}

async function failPipeline(stage: Stage, key: string): Promise<void> {
  const { environment, narrator } = stage;
  narrator.chapter('The pipeline fails, and the agent repairs it');
  const { sourceBranch } = mergeRequestOf(environment, key);
  const job = { name: 'lint', log: 'price.js:1: a file begins with a comment that says what it is for\n' };
  // It has failed twice, so that it is no flaky job.
  environment.gitlab.as(ADA.username).runPipeline(WEB_REPO, { ref: sourceBranch, status: 'failed', jobs: [job, job] });
  narrator.note('job lint fails, and again when it is retried');
  await pollAndSettle(stage);
  await pollAndSettle(stage);
  showNotes(stage, key);
}

async function conflict(stage: Stage, key: string): Promise<void> {
  const { environment, narrator } = stage;
  narrator.chapter('A colleague was faster: a conflict with main');
  const ada = environment.gitlab.as(ADA.username);
  await ada.push(WEB_REPO, {
    branch: `release/${RELEASE}`,
    from: 'main',
    files: ROUNDING,
    message: 'Say how prices are rounded',
  });
  await ada.push(WEB_REPO, { branch: 'main', files: ROUNDING, message: 'Say how prices are rounded' });
  narrator.act('pushes the same lines of README.md to main');
  // GitLab looks whether branches merge when it is asked, and says so when it is asked again.
  for (const _ of [1, 2, 3]) await pollAndSettle(stage);
  showNotes(stage, key);
}

async function deliver(stage: Stage, key: string): Promise<void> {
  const { environment, narrator } = stage;
  narrator.chapter('Green, ready, merged, and taken over to the release');
  const mergeRequest = mergeRequestOf(environment, key);
  const ada = environment.gitlab.as(ADA.username);
  const job = { name: 'lint', status: 'success' };
  ada.runPipeline(WEB_REPO, { ref: mergeRequest.sourceBranch, status: 'success', jobs: [job] });
  narrator.note('the pipeline passes');
  await pollAndSettle(stage);
  await pollAndSettle(stage);
  showNotes(stage, key);
  await ada.merge(WEB_REPO, mergeRequest.iid);
  narrator.act(`merges !${mergeRequest.iid}`);
  await pollAndSettle(stage);
  await environment.fire('sweep');
  showComment(stage, key);
  narrator.note(`${key} is in ${environment.jira.issue(key).status.name}`);
}

async function pollAndSettle({ environment, settleWithinMs }: Stage): Promise<void> {
  await environment.fire('poll-jira');
  await environment.fire('poll-gitlab');
  await environment.settle(settleWithinMs);
}

function mergeRequestOf({ gitlab }: Environment, key: string): SandboxMergeRequest {
  const found = gitlab.project(WEB_REPO).mergeRequests.find(({ sourceBranch }) => sourceBranch === `agent/${key}`);
  if (!found) throw new Error(`${key} has no merge request in ${WEB_REPO}`);
  return found;
}

/** The headline of what the agent wrote on the ticket last. */
function showComment({ environment, narrator }: Stage, key: string): void {
  const { markdown = '' } = environment.jira.comments(key).findLast(({ authorId }) => authorId === 'cmap') ?? {};
  narrator.note(`comment on ${key}: ${headlineOf(markdown)}`);
}

/** The headlines of what the agent wrote on the merge request since the last time. */
function showNotes({ environment, narrator }: Stage, key: string): void {
  const { iid, discussions } = mergeRequestOf(environment, key);
  for (const { id, author, system, body } of discussions.flatMap(({ notes }) => notes)) {
    const state = `${id} ${body.length}`;
    if (!author.bot || system || shown.has(state)) continue;
    shown.add(state);
    narrator.note(`note on !${iid}: ${headlineOf(body)}`);
  }
}

const shown = new Set<string>();

/** The first sentence for people, of a headed list with its items. */
function headlineOf(markdown: string): string {
  const lines = markdown.split('\n').filter((line) => line.trim() !== '' && !/^[<#]/.test(line));
  const items = lines[0]?.replaceAll('*', '').endsWith(':') ? lines.filter((line) => line.startsWith('- ')) : [];
  const said = [lines[0] ?? '', ...items.map((item) => item.slice(2))].join(' ');
  const plain = said.replaceAll('**', '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
  return plain.length > 110 ? `${plain.slice(0, 109)}…` : plain;
}

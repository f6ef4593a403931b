import type { Environment } from '../environment/start-environment.ts';
import { ADA, DEMO_VERSION } from './demo-environment.ts';
import type { Narrator } from './narrator.ts';

/** Two tickets of two teams become two draft merge requests. */
export async function playTickets(environment: Environment, narrator: Narrator, settleWithinMs: number): Promise<void> {
  const { jira } = environment;
  narrator.chapter('Two tickets become two merge requests');
  for (const project of ['PROJ', 'OPS']) jira.addVersion(project, DEMO_VERSION);
  const ada = environment.gitlab.as(ADA.username);
  await ada.tag('group/greetings', 'v0.9.0', 'main');
  await ada.tag('platform/status', 'v0.9.0', 'develop');
  const greeting = jira.createIssue({
    project: 'PROJ',
    fixVersions: [DEMO_VERSION],
    summary: 'Greet people by name',
    description:
      'Today every name gets the same greeting.\n\n## Acceptance criteria\n\n- `greet("Ada")` says `Hello, Ada!`\n- `greet()` stays as it is',
    status: 'To Do',
  });
  const status = jira.createIssue({
    project: 'OPS',
    fixVersions: [DEMO_VERSION],
    summary: 'Say what is wrong when the service name is missing',
    description: '`status.sh` without an argument prints " is up". It should end with an error message.',
    status: 'To Do',
  });
  for (const key of [greeting, status]) {
    jira.moveIssue(key, 'AI Ready', ADA.accountId);
    narrator.act(`moves ${key} "${jira.issue(key).summary}" to AI Ready`);
  }
  await environment.fire('poll-jira');
  await environment.settle(settleWithinMs);
}

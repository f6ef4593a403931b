import { ADA } from '../demo/demo-environment.ts';
import type { Environment } from '../environment/start-environment.ts';

export const COMMANDS = [
  'issues                          what stands where',
  'new PROJ Some summary           creates an issue',
  'ready PROJ-1                    moves it to the trigger status',
  'comment PROJ-1 Please also ...  comments on it',
  'mrs                             merge requests',
  'note group/greetings 1 /copilot add a test   writes on a merge request',
  'merge group/greetings 1         merges it',
].join('\n');

/** Does what a person typed. @throws {Error} that says what was not understood. */
export async function executeCommand(line: string, { jira, gitlab }: Environment): Promise<string> {
  const [word = '', first = '', ...rest] = line.trim().split(/\s+/);
  switch (word) {
    case '':
      return '';
    case 'issues':
      return jira.issueKeys
        .map((key) => `${key}  ${jira.issue(key).status.name}  ${jira.issue(key).summary}`)
        .join('\n');
    case 'new':
      return `${jira.createIssue({ project: first, summary: rest.join(' ') })} created`;
    case 'ready':
      jira.moveIssue(first, 'AI Ready', ADA.accountId);
      return `${first} is ready`;
    case 'comment':
      jira.addComment(first, rest.join(' '), ADA.accountId);
      return `commented on ${first}`;
    case 'mrs':
      return gitlab.state.projects
        .flatMap(({ path, mergeRequests }) =>
          mergeRequests.map(({ iid, state, title }) => `${path}!${iid}  ${state}  ${title}`),
        )
        .join('\n');
    case 'note':
      gitlab.as(ADA.username).note(first, Number(rest[0]), rest.slice(1).join(' '));
      return `noted on ${first}!${rest[0]}`;
    case 'merge':
      await gitlab.as(ADA.username).merge(first, Number(rest[0]));
      return `${first}!${rest[0]} merged`;
    default:
      throw new Error(`"${word}" is none of the commands above`);
  }
}

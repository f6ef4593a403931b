import { readFile } from 'node:fs/promises';
import { createTools } from '../../cli/clients/tools.ts';
import { type RunningBoard, startBoard } from '../../cli/commands/board/start-board.ts';
import { createCommandNames } from '../../cli/io/name-commands.ts';
import { FIRST_WORDS } from '../../cli/program.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { ADA, type DemoEnvironment } from '../demo/demo-environment.ts';
import { createGitLabPerson } from '../pages/api/gitlab-person.ts';
import { createJiraPerson } from '../pages/api/jira-person.ts';
import { createSandboxPages } from '../pages/sandbox-pages.ts';

/**
 * Serves the board over the sandbox, with pages where a person is Ada in Jira and GitLab. Addresses that the product
 * prints for people lead there from now on.
 */
export async function startSandboxBoard(
  environment: DemoEnvironment,
  { warn, ended }: { warn: (line: string) => void; ended: AbortSignal },
): Promise<RunningBoard> {
  const { gitlab, jira, ada, operatorEnv: env } = environment;
  const basic = Buffer.from(`${ada.jiraEmail}:${ada.jiraToken.reveal()}`).toString('base64');
  const board = await startBoard({
    tools: createTools({ env, readFile, readStdin: () => Promise.resolve(Buffer.alloc(0)), warn }),
    env,
    clock: systemClock,
    // In this folder no PATH has the program.
    nameCommands: createCommandNames('npx cmap', FIRST_WORDS),
    ended,
    extension: createSandboxPages({
      gitlab: createGitLabPerson({
        name: 'GitLab',
        url: `${gitlab.url}/api/v4`,
        authorization: { header: 'private-token', value: ada.gitlabToken },
      }),
      jira: createJiraPerson({
        name: 'Jira',
        url: `${jira.url}/rest/api/3`,
        authorization: { header: 'authorization', value: new Secret(`Basic ${basic}`) },
      }),
      person: ADA.displayName,
      clock: systemClock,
      ended,
    }),
  });
  const { origin } = new URL(board.url);
  gitlab.showPagesAt(`${origin}/gitlab`);
  jira.showPagesAt(`${origin}/jira`);
  return board;
}

import { readFile } from 'node:fs/promises';
import { createTools } from '../../cli/clients/tools.ts';
import { type RunningBoard, startBoard } from '../../cli/commands/board/start-board.ts';
import { createCommandNames } from '../../cli/io/name-commands.ts';
import { readWithin } from '../../cli/io/read-within.ts';
import { FIRST_WORDS } from '../../cli/program.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { ADA, type DemoEnvironment } from '../demo/demo-environment.ts';
import { createSandboxPages } from '../pages/sandbox-pages.ts';
import { createPersons } from './persons.ts';

/**
 * Serves the board over the sandbox, with pages where a person is Ada in Jira and GitLab. Addresses that the product
 * prints for people lead there from now on.
 */
export async function startSandboxBoard(
  environment: DemoEnvironment,
  { warn, ended }: { warn: (line: string) => void; ended: AbortSignal },
): Promise<RunningBoard> {
  const { gitlab, jira, operatorEnv: env } = environment;
  const board = await startBoard({
    tools: createTools({ env, readFile, readWithin, readStdin: () => Promise.resolve(Buffer.alloc(0)), warn }),
    env,
    clock: systemClock,
    // In this folder no PATH has the program.
    nameCommands: createCommandNames('npx cmap', FIRST_WORDS),
    ended,
    extension: createSandboxPages({
      ...createPersons(environment),
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

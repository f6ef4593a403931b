import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

import { createTools } from '../../cli/clients/tools.ts';
import { startBoard } from '../../cli/commands/board/start-board.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { startDemoEnvironment } from '../demo/demo-environment.ts';
import { createNarrator } from '../demo/narrator.ts';
import { COMMANDS, executeCommand } from './execute-command.ts';

/** The sandbox stays up: timers tick, runners start by themselves, and a person plays Ada from the terminal. */
const print = (line: string) => void process.stdout.write(`${line}\n`);
const narrator = createNarrator(print);
const environment = await startDemoEnvironment({
  onLog: (line) => narrator.captureLog(line),
  timers: true,
  functionsEnv: {
    POLL_JIRA_SCHEDULE: '*/5 * * * * *',
    POLL_GITLAB_SCHEDULE: '*/5 * * * * *',
    SWEEP_SCHEDULE: '*/10 * * * * *',
  },
});
environment.jira.createIssue({
  project: 'PROJ',
  summary: 'Greet people by name',
  description: '`greet("Ada")` should say `Hello, Ada!`; `greet()` stays as it is.',
});

const ended = new AbortController();
const board = await startBoard({
  tools: createTools({
    env: environment.operatorEnv,
    readFile,
    readStdin: () => Promise.resolve(Buffer.alloc(0)),
    warn: print,
  }),
  env: environment.operatorEnv,
  clock: systemClock,
  ended: ended.signal,
});

print(`Board   ${board.url}`);
print(`GitLab  ${environment.gitlab.url}`);
print(`Jira    ${environment.jira.url}`);
print(`cmap    ${environment.functions[0]?.url}/api/health`);
print(`\nYou are Ada. Try: ready PROJ-1\n\n${COMMANDS}\n`);

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  executeCommand(line, environment).then(print, (error: unknown) =>
    print(error instanceof Error ? error.message : String(error)),
  );
});
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort());
// Without a terminal (a service, a container) the end of the input is not a request to stop.
if (process.stdin.isTTY) input.once('close', () => ended.abort());
await once(ended.signal, 'abort');
input.close();
await board.close();
await environment.close();

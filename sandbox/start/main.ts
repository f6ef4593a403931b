import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { startDemoEnvironment } from '../demo/demo-environment.ts';
import { openMergeRequestWithMistake } from '../demo/merge-request-with-mistake.ts';
import { createNarrator } from '../demo/narrator.ts';
import { COMMANDS, executeCommand } from './execute-command.ts';
import { startSandboxBoard } from './start-sandbox-board.ts';

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

// The first poll only remembers the time: what is opened after it is reviewed, and a suggestion is there to be applied.
await environment.fire('poll-gitlab');
await openMergeRequestWithMistake(environment);

const ended = new AbortController();
const board = await startSandboxBoard(environment, { warn: print, ended: ended.signal });

print(`Board   ${board.url}`);
print(`GitLab  ${environment.gitlab.url}`);
print(`Jira    ${environment.jira.url}`);
print(`cmap    ${environment.functions[0]?.url}/api/health`);
print('\nYou are Ada. Open the board, then Jira, PROJ-1, "Hand to the agent"; or type:');
print(`\n${COMMANDS}\n`);

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

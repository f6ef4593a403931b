import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { UsageError } from '../../cli/arguments/usage-error.ts';
import { findEnvironmentsFile } from '../../cli/io/find-environments-file.ts';
import { createSharedFile, SharedFileError } from '../../cli/io/shared-file.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { startDemoEnvironment } from '../demo/demo-environment.ts';
import { openMergeRequestWithMistake } from '../demo/merge-request-with-mistake.ts';
import { createNarrator } from '../demo/narrator.ts';
import { describeUse } from './describe-use.ts';
import { COMMANDS, executeCommand } from './execute-command.ts';
import { isAlive } from './is-alive.ts';
import { listSettings } from './list-settings.ts';
import { registerSandbox } from './register-sandbox.ts';
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
const forget = await register();
print('\nYou are Ada. Open the board, then Jira, PROJ-1, "Hand to the agent"; or type:');
print(`\n${COMMANDS}\n`);

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  executeCommand(line, environment).then(print, (error: unknown) =>
    print(error instanceof Error ? error.message : String(error)),
  );
});
// SIGHUP: its window was closed, which Windows says so, too.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ended.abort());
// Without a terminal (a service, a container) the end of the input is not a request to stop.
if (process.stdin.isTTY) input.once('close', () => ended.abort());
await once(ended.signal, 'abort');
input.close();
await forget();
await board.close();
await environment.close();

/** Where this user may not write, the sandbox is found from no other terminal, and everything else works. */
async function register(): Promise<() => Promise<void>> {
  const environments = findEnvironmentsFile(process.env, process.platform);
  try {
    const registered = await registerSandbox({
      settings: listSettings(environment, board.url),
      folder: process.cwd(),
      environments: environments ? createSharedFile(environments, { pid: process.pid, clock: systemClock }) : undefined,
      pid: process.pid,
      clock: systemClock,
      isAlive,
    });
    print(describeUse(registered, process.platform));
    if (registered.problem !== undefined) print(`It is no environment of cmap: ${registered.problem}`);
    return () => registered.forget().catch(sayWhy);
  } catch (error) {
    sayWhy(error);
    return async () => {};
  }
}

function sayWhy(error: unknown): void {
  const isExpected = error instanceof UsageError || error instanceof SharedFileError || isOfSystem(error);
  if (!isExpected) throw error;
  print(`The settings of this sandbox are in no file: ${error.message}`);
}

function isOfSystem(error: unknown): error is Error {
  return error instanceof Error && 'code' in error;
}

import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { UsageError } from '../../cli/arguments/usage-error.ts';
import { findEnvironmentsFile } from '../../cli/io/find-environments-file.ts';
import { createSharedFile } from '../../cli/io/shared-file.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { startDemoEnvironment } from '../demo/demo-environment.ts';
import { openMergeRequestWithMistake } from '../demo/merge-request-with-mistake.ts';
import { createNarrator } from '../demo/narrator.ts';
import { COMMANDS, executeCommand } from './execute-command.ts';
import { registerEnvironment } from './register-environment.ts';
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
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ended.abort());
// Without a terminal (a service, a container) the end of the input is not a request to stop.
if (process.stdin.isTTY) input.once('close', () => ended.abort());
await once(ended.signal, 'abort');
input.close();
await forget();
await board.close();
await environment.close();

/** `cmap --env sandbox` finds this sandbox; where this user may not write, it does not, and everything else works. */
async function register(): Promise<() => Promise<void>> {
  const file = findEnvironmentsFile(process.env, process.platform);
  if (file === undefined) return async () => {};
  try {
    const environments = createSharedFile(file, { pid: process.pid, clock: systemClock });
    const url = environment.functions[0]?.url;
    const settings = { ...environment.operatorEnv, ...(url === undefined ? {} : { FUNCTIONS_URL: url }) };
    const forgetIt = await registerEnvironment({ settings, environments, pid: process.pid });
    print('        npx cmap COMMAND --env sandbox works on it from another terminal');
    return () => forgetIt().catch(sayWhy);
  } catch (error) {
    sayWhy(error);
    return async () => {};
  }
}

function sayWhy(error: unknown): void {
  const isExpected = error instanceof UsageError || (error instanceof Error && 'code' in error);
  if (!isExpected) throw error;
  print(`The environment sandbox of cmap could not be written: ${error.message}`);
}

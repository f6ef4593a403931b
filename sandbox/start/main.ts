import { once } from 'node:events';
import { UsageError } from '../../cli/arguments/usage-error.ts';
import { findCacheFolder } from '../../cli/io/find-cache-folder.ts';
import { findEnvironmentsFile } from '../../cli/io/find-environments-file.ts';
import { printable } from '../../cli/io/printable.ts';
import { createSharedFile, SharedFileError } from '../../cli/io/shared-file.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { wrapLines } from '../../shared/kernel/text/wrap-words.ts';
import { ADA, startDemoEnvironment } from '../demo/demo-environment.ts';
import { openMergeRequestWithMistake } from '../demo/merge-request-with-mistake.ts';
import { createNarrator } from '../demo/narrator.ts';
import { formatHelp, performCommand, WORDS } from './commands/perform-command.ts';
import { describeUse } from './describe-use.ts';
import { findHint } from './find-hint.ts';
import { isAlive } from './is-alive.ts';
import { listSettings } from './list-settings.ts';
import { createPersons } from './persons.ts';
import { registerSandbox } from './register-sandbox.ts';
import { startSandboxBoard } from './start-sandbox-board.ts';
import { openHistory } from './terminal/history.ts';
import { openTerminal } from './terminal/open-terminal.ts';

/** The sandbox stays up: timers tick, runners start by themselves, and a person plays Ada from the terminal. */
const ended = new AbortController();
const columns = () => (process.stdout.isTTY ? process.stdout.columns || undefined : undefined);
let print = (text: string): void =>
  void process.stdout.write(`${wrapLines(text, columns() ?? Number.POSITIVE_INFINITY)}\n`);
const narrator = createNarrator((text) => print(text), { columns });
print('Starting a GitLab, a Jira, storage, a model and cmap: about ten seconds.');
const environment = await startDemoEnvironment({
  onLog(line) {
    // What ends with it is no news.
    if (ended.signal.aborted) return;
    narrator.captureLog(line);
    const hint = findHint(line);
    if (hint !== undefined) narrator.note(hint);
  },
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

const board = await startSandboxBoard(environment, { warn: (text) => print(text), ended: ended.signal });
// SIGHUP: its window was closed, also on Windows.
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => ended.abort());

print(`\nBoard   ${board.url}`);
print(`GitLab  ${environment.gitlab.url}`);
print(`Jira    ${environment.jira.url}`);
print(`cmap    ${environment.functions[0]?.url}/api/health`);
const forget = await register();
print('\nYou are Ada. Open the board, then Jira, PROJ-1, "Hand to the agent"; or type:');
print(`\n${formatHelp()}\n`);

const history = await openHistory(findCacheFolder(process.env, process.platform));
const terminal = openTerminal({
  input: process.stdin,
  output: process.stdout,
  canMove: process.env['TERM'] !== 'dumb',
  prompt: 'Ada> ',
  history: history.lines,
  words: WORDS,
  onLine: perform,
  onEnd: () => ended.abort(),
});
print = terminal.print;
if (!ended.signal.aborted) await once(ended.signal, 'abort');
terminal.close();
print('Ending; a moment.');
await history.keep(terminal.typed);
await forget();
await board.close();
await environment.close();

/** Does what a person typed, and says what became of it. */
async function perform(line: string): Promise<void> {
  try {
    const said = await performCommand(line, {
      ...createPersons(environment),
      accountId: ADA.accountId,
      trigger: 'AI Ready',
      origin: new URL(board.url).origin,
      columns,
      end: () => ended.abort(),
    });
    if (said !== '') print(printable(said));
  } catch (error) {
    print(printable(error instanceof Error ? error.message : String(error)));
  }
}

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

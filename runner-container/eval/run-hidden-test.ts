import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SECOND } from '../../shared/kernel/clock.ts';
import { exportCommit } from '../git/export-commit.ts';
import { runForAgent } from '../perform/delivery/run-for-agent.ts';
import type { MadeCommit, TrialDeps } from '../trial/run-trial.ts';
import { emptyDirectory, type Workspace } from '../workspace/workspace.ts';
import { LANGUAGES } from './languages.ts';
import type { EvalTicket } from './tickets/ticket.ts';

export type Verdict = { passed: true } | { passed: false; reason: string };

export interface JudgeTools {
  deps: Pick<TrialDeps, 'isolation' | 'clock' | 'settings'>;
  timeoutMs: number;
}

const MAX_OUTPUT_BYTES = 64 * 1024;
/** Of files in blocks of 512 bytes: what a test may write, its complaints among it. */
const MAX_FILE_BLOCKS = 200_000;

/**
 * Whether a commit passes the hidden test of its ticket. The files of the commit, and nothing the session has left
 * beside them, are checked out anew, and the test runs with the rights of the agent's commands.
 */
export async function judgeCommit(
  ticket: EvalTicket,
  { repository, sha, workspace }: MadeCommit,
  tools: JudgeTools,
  signal: AbortSignal,
): Promise<Verdict> {
  await emptyDirectory(workspace.validation);
  await exportCommit(repository, sha, workspace.validation, signal);
  return runHiddenTest(ticket, workspace, tools, signal);
}

/** Runs the hidden test of a ticket on the files in `validation`. */
export async function runHiddenTest(
  { language, hidden, expected }: EvalTicket,
  workspace: Pick<Workspace, 'validation' | 'scratch'>,
  { deps, timeoutMs }: JudgeTools,
  signal: AbortSignal,
): Promise<Verdict> {
  const { file, head, run } = LANGUAGES[language];
  // It is the home of the agent's commands: Python, for one, runs what lies there in every program.
  await emptyDirectory(workspace.scratch);
  const place = path.join(workspace.validation, file);
  await rm(place, { recursive: true, force: true });
  await writeFile(place, head + hidden, { flag: 'wx' });
  const command = [
    `ulimit -f ${MAX_FILE_BLOCKS}`,
    `{ ${run}; } 2>"$TMPDIR/complaints" || { code=$?; tail -n 3 "$TMPDIR/complaints"; exit $code; }`,
  ].join('\n');
  const limits = { timeoutMs, maxOutputBytes: MAX_OUTPUT_BYTES };
  const report = await runForAgent({ command, ...limits }, workspace, deps, signal);
  if (report.timedOut) return fail(`the hidden test took longer than ${timeoutMs / SECOND} seconds`);
  const lines = report.outputTail.trimEnd().split('\n');
  if (report.exitCode !== 0)
    return fail(`the hidden test ended with exit code ${report.exitCode ?? 'none'}: ${lines.slice(-3).join(' ')}`);
  return compare(lines, expected);
}

function compare(printed: readonly string[], expected: readonly string[]): Verdict {
  const wrong = expected.findIndex((line, index) => printed[index] !== line);
  if (wrong === -1 && printed.length === expected.length) return { passed: true };
  if (wrong === -1) return fail(`the hidden test printed ${printed.length} lines and not ${expected.length}`);
  const line = printed[wrong];
  const found = line === undefined ? 'is missing' : `is ${JSON.stringify(line)}`;
  return fail(`line ${wrong + 1} of the hidden test ${found}, and should be ${JSON.stringify(expected[wrong])}`);
}

function fail(reason: string): Verdict {
  return { passed: false, reason };
}

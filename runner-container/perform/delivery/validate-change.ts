import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import type { ValidateReport } from '../../gate/run-validate.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { hideVariables, readVariables } from './read-variables.ts';
import { Refusal } from './refusal.ts';
import { runForAgent } from './run-for-agent.ts';
import { withoutOwnPaths } from './without-own-paths.ts';

const SHOWN_OUTPUT_CHARACTERS = 4000;
const EVIDENCE_CHARACTERS = 16 * 1024;
/** Longer than a secret of a vault can be: what is masked must not begin in the middle of one. */
const LONGEST_SECRET_BYTES = 32 * 1024;

/**
 * Runs the binding's `validate` command on the checked-out commit as the agent's user: the change is not trusted, and
 * neither is what its tests do. Resolves with a line for the report.
 * @throws {Refusal} `validation-failed` with the end of the output.
 * @throws {TaskError} `credential-unknown`, `key-vault-*`
 */
export async function validateChange(
  { validate: command, ...variables }: Required<Pick<Binding, 'validate'>> & Pick<Binding, 'validateEnv'>,
  workspace: Workspace,
  deps: Pick<RunnerDeps, 'isolation' | 'settings' | 'clock' | 'validateSecretFor' | 'redact'>,
  signal: AbortSignal,
): Promise<string> {
  const { settings } = deps;
  const given = await readVariables(variables, deps);
  const report = await runForAgent(
    {
      command,
      variables: given,
      timeoutMs: settings.validateTimeoutMs,
      maxOutputBytes: EVIDENCE_CHARACTERS + LONGEST_SECRET_BYTES,
    },
    workspace,
    deps,
    signal,
  );
  if (report.exitCode === 0 && !report.timedOut) return `\`${command}\` passed`;
  // The command may have said what it was given: masked first, then cut.
  const output = deps.redact(hideVariables(withoutOwnPaths(report.outputTail, workspace), variables, given));
  const describe = (characters: number) =>
    describeFailure(command, { ...report, output: output.slice(-characters) }, settings.validateTimeoutMs);
  const evidence = describe(EVIDENCE_CHARACTERS);
  const detail = describe(SHOWN_OUTPUT_CHARACTERS);
  throw new Refusal('validation-failed', { detail, evidence });
}

function describeFailure(
  command: string,
  report: Pick<ValidateReport, 'timedOut' | 'exitCode'> & { output: string },
  timeoutMs: number,
): string {
  const ending = report.timedOut
    ? `took longer than ${Math.round(timeoutMs / SECOND)} seconds`
    : `ended with exit code ${report.exitCode ?? 'none'}`;
  return `${command}\n${ending}\n\n${report.output.trim()}`;
}

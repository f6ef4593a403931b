import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { SECOND } from '../../../shared/kernel/clock.ts';
import { withAgentAccount } from '../../agent/agent-account.ts';
import { prepareForAgent, returnToRunner } from '../../agent/ownership.ts';
import { runValidate, type ValidateReport } from '../../gate/run-validate.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';
import { Refusal } from './refusal.ts';

const SHOWN_OUTPUT_CHARACTERS = 4000;

/**
 * Runs the binding's `validate` command on the checked-out commit as the agent's user: the change is not trusted, and
 * neither is what its tests do. Resolves with a line for the report.
 * @throws {Refusal} `validation-failed` with the end of the output.
 * @throws {TaskError} `credential-unknown`, `key-vault-*`
 */
export async function validateChange(
  { command, variables }: { command: string; variables: NonNullable<Binding['validateEnv']> },
  workspace: Workspace,
  deps: Pick<RunnerDeps, 'isolation' | 'settings' | 'clock' | 'validateSecretFor'>,
  signal: AbortSignal,
): Promise<string> {
  const { isolation, settings, clock } = deps;
  const given = await readVariables(variables, deps);
  const report = await withAgentAccount(isolation, clock, async (account) => {
    await prepareForAgent(workspace.validation, account);
    await prepareForAgent(workspace.scratch, account);
    try {
      const { file, args } = account.commandLine('/usr/bin/env', []);
      const environment = {
        ...given,
        ...settings.agentEnvironment,
        HOME: workspace.scratch,
        TMPDIR: workspace.scratch,
        LANG: 'C.UTF-8',
      };
      const request = { command, workTree: workspace.validation, wrap: [file, ...args], environment };
      return await runValidate({ ...request, timeoutMs: settings.validateTimeoutMs }, { clock }, signal);
    } finally {
      await returnToRunner(workspace.validation, account);
      await returnToRunner(workspace.scratch, account);
    }
  });
  if (report.exitCode === 0 && !report.timedOut) return `\`${command}\` passed`;
  const evidence = describeFailure(command, report, settings.validateTimeoutMs);
  const detail = describeFailure(command, report, settings.validateTimeoutMs, SHOWN_OUTPUT_CHARACTERS);
  throw new Refusal('validation-failed', { detail, evidence });
}

/** The values, secrets among them: from here on the redactor knows each. */
async function readVariables(
  variables: NonNullable<Binding['validateEnv']>,
  { validateSecretFor }: Pick<RunnerDeps, 'validateSecretFor'>,
): Promise<Record<string, string>> {
  const given = Object.entries(variables).map(
    async ([name, value]): Promise<[string, string]> => [
      name,
      typeof value === 'string' ? value : (await validateSecretFor(value.secretRef)).reveal(),
    ],
  );
  return Object.fromEntries(await Promise.all(given));
}

function describeFailure(command: string, report: ValidateReport, timeoutMs: number, maxCharacters?: number): string {
  const ending = report.timedOut
    ? `took longer than ${Math.round(timeoutMs / SECOND)} seconds`
    : `ended with exit code ${report.exitCode ?? 'none'}`;
  const output = report.outputTail.slice(maxCharacters === undefined ? 0 : -maxCharacters).trim();
  return `${command}\n${ending}\n\n${output}`;
}

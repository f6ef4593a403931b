import { withAgentAccount } from '../../agent/agent-account.ts';
import { prepareForAgent, returnToRunner } from '../../agent/ownership.ts';
import { runValidate, type ValidateReport } from '../../gate/run-validate.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

export interface CommandForAgent {
  /** For the shell. */
  command: string;
  /** Besides what every command of the agent is given. */
  variables?: Readonly<Record<string, string>>;
  timeoutMs: number;
  maxOutputBytes: number;
}

/**
 * Runs a command on the files in `validation`, with the rights and the environment the agent's own commands have:
 * neither the change nor what its tests do is trusted. Nothing it started is left.
 * @throws {TaskError} `unexpected` when it cannot be started at all. Throws the signal's reason when aborted.
 */
export function runForAgent(
  { command, variables, timeoutMs, maxOutputBytes }: CommandForAgent,
  { validation, scratch }: Pick<Workspace, 'validation' | 'scratch'>,
  {
    isolation,
    settings,
    clock,
  }: Pick<RunnerDeps, 'isolation' | 'clock'> & {
    settings: Pick<RunnerDeps['settings'], 'agentEnvironment'>;
  },
  signal: AbortSignal,
): Promise<ValidateReport> {
  return withAgentAccount(isolation, clock, async (account) => {
    await prepareForAgent(validation, account);
    await prepareForAgent(scratch, account);
    try {
      const { file, args } = account.commandLine('/usr/bin/env', []);
      const environment = {
        ...variables,
        ...settings.agentEnvironment,
        HOME: scratch,
        TMPDIR: scratch,
        LANG: 'C.UTF-8',
      };
      const request = { command, workTree: validation, wrap: [file, ...args], environment };
      return await runValidate({ ...request, timeoutMs, maxOutputBytes }, { clock }, signal);
    } finally {
      await returnToRunner(validation, account);
      await returnToRunner(scratch, account);
    }
  });
}

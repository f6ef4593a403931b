import { randomUUID } from 'node:crypto';

import { TaskError } from '../../shared/kernel/errors.ts';
import type { AgentReport, AgentRequest, RunAgent } from './agent.ts';
import { type AgentAccount, withAgentAccount } from './agent-account.ts';
import { type OpenServers, openServers } from './mcp-servers.ts';
import { createModelLedger } from './model-ledger.ts';
import { openForReading, prepareForAgent, returnToRunner } from './ownership.ts';
import { performRound, type Round, type RunAgentDeps } from './perform-round.ts';
import { withOpenedHome, withSessionHome } from './session-home.ts';
import { writeSkills } from './write-skills.ts';

/** One round of a session, as the user and with the directories it was given. */
export type PerformRound = typeof performRound;

/**
 * Sessions with the real runtime: each with its own user (see `Isolation`), its own home and its own budget, ended by
 * the first of: the model is done, the time is up, nothing happens, the runtime died, the runner stops.
 */
export function createRunAgent(deps: RunAgentDeps, perform: PerformRound = performRound): RunAgent {
  return (asked, signal) =>
    withSessionHome(deps.temporaryDirectory, async (home) => {
      const mcp = await openRequested(asked, deps);
      const skillDirectory = await writeSkills(asked.skills ?? [], home);
      const request = skillDirectory ? alsoReading(asked, skillDirectory) : asked;
      const skills = skillDirectory ? { skillDirectory } : {};
      const session = { id: randomUUID(), home, ledger: createModelLedger(), ...(mcp ? { mcp } : {}), ...skills };
      const deadlineMs = deps.clock.now() + request.limits.wallClockMs;
      for (let message = request.prompt, isFirst = true; ; isFirst = false) {
        const report = await withAccount(deps, perform, { ...session, request, deadlineMs, message, isFirst }, signal);
        const next = await request.judge?.(report);
        if (next === undefined) return report;
        message = next;
      }
    });
}

function alsoReading<Result>(request: AgentRequest<Result>, directory: string): AgentRequest<Result> {
  return { ...request, readableDirectories: [...request.readableDirectories, directory] };
}

/** @throws {TaskError} `credential-unknown`, `key-vault-*`, before anything is begun. */
async function openRequested<Result>(
  { mcpServers = [] }: AgentRequest<Result>,
  { mcpSecretFor }: RunAgentDeps,
): Promise<OpenServers | undefined> {
  if (mcpServers.length === 0) return undefined;
  const missing = (ref: string) => Promise.reject(new TaskError('credential-unknown', { detail: ref }));
  return openServers(mcpServers, mcpSecretFor ?? missing);
}

/**
 * One round of a session as a user that is given up with its end: `validate` runs as the same one, where there is but
 * one for all agents.
 */
async function withAccount<Result>(
  deps: RunAgentDeps,
  perform: PerformRound,
  round: Omit<Round<Result>, 'account'>,
  signal: AbortSignal,
): Promise<AgentReport<Result>> {
  return withAgentAccount(deps.isolation, deps.clock, (account) =>
    withOpenedHome(round.home, account, () =>
      withOpenedDirectories(round.request, account, () => perform(deps, { ...round, account }, signal)),
    ),
  );
}

async function withOpenedDirectories<Result, T>(
  { access, workTree, readableDirectories }: AgentRequest<Result>,
  account: AgentAccount,
  work: () => Promise<T>,
): Promise<T> {
  for (const directory of readableDirectories) await openForReading(directory, account);
  if (access === 'read') {
    await openForReading(workTree, account);
    return work();
  }
  await prepareForAgent(workTree, account);
  try {
    return await work();
  } finally {
    await returnToRunner(workTree, account);
  }
}

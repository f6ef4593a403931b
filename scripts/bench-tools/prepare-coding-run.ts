import path from 'node:path';

import type { RunAgent } from '../../runner-container/agent/agent.ts';
import type { Isolation } from '../../runner-container/agent/isolation.ts';
import { createRunAgent } from '../../runner-container/agent/run-agent.ts';
import { runCommand } from '../../runner-container/agent/run-command.ts';
import { createTreeOwner } from '../../runner-container/agent/tree-owner.ts';
import type { ActiveCoding } from '../../runner-container/perform/coding/coding-run.ts';
import { performCoding } from '../../runner-container/perform/coding/perform-coding.ts';
import { createRemovals } from '../../runner-container/workspace/removals.ts';
import { createGitLab } from '../../shared/adapters/gitlab/create-gitlab.ts';
import { createJira } from '../../shared/adapters/jira/create-jira.ts';
import { createBindings } from '../../shared/domain/mapping/bindings.ts';
import { resolveBinding } from '../../shared/domain/mapping/source/resolve-binding.ts';
import type { Run } from '../../shared/domain/runs/run.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import { createRegistry } from '../../shared/services/projects/create-registry.ts';
import { createMemoryStorage } from '../../test/doubles/memory-storage.ts';
import type { ServedServices } from './start-services.ts';

/** Credentials that the services are to be started with. */
export const BENCH_CREDENTIALS = {
  gitlabToken: 'glpat-bench-0123456789abcdef',
  jiraEmail: 'agent@example.com',
  jiraToken: 'jira-bench-token',
};

export interface Surroundings {
  services: Pick<ServedServices, 'gitlabUrl' | 'jiraUrl'>;
  /** Takes the workspaces; the agent's user passes through it. */
  folder: string;
  /** `PATH`, for git. */
  searchPath: string;
  isolation: Isolation;
}

/**
 * Makes a function that performs the coding run of a ticket as the runner does, with an agent that writes one file.
 * What it makes rejects where the run does not end with a merge request.
 */
export async function prepareCodingRun({
  services: { gitlabUrl, jiraUrl },
  folder,
  searchPath,
  isolation,
}: Surroundings): Promise<(issueKey: string) => Promise<void>> {
  const treeOwner = await createTreeOwner(isolation);
  const common = { clock: systemClock, log: silentLog };
  const token = new Secret(BENCH_CREDENTIALS.gitlabToken);
  const gitlab = createGitLab({ ...common, baseUrl: gitlabUrl, token });
  const jira = createJira({
    ...common,
    baseUrl: jiraUrl,
    siteUrl: jiraUrl,
    credential: {
      kind: 'token',
      email: BENCH_CREDENTIALS.jiraEmail,
      apiToken: new Secret(BENCH_CREDENTIALS.jiraToken),
    },
  });
  const bindings = createBindings([resolveBinding({ jira_project: 'PROJ', repo: 'group/large' })]);
  const registry = createRegistry({
    ...common,
    bindings: bindings.list,
    gitlabUrl,
    gitlabFor: async () => gitlab,
    cache: createMemoryStorage().projects,
  });
  const removals = createRemovals({ log: common.log });
  const deps: ActiveCoding['deps'] = {
    ...common,
    mapping: async () => ({ bindings, registry }),
    jira,
    gitlabFor: async () => gitlab,
    credentialFor: async () => token,
    validateSecretFor: async () => token,
    signingKeyFor: async () => token,
    git: {
      clock: systemClock,
      environment: { PATH: searchPath },
      allowedProtocols: ['https', 'http'],
      treeOwner,
    },
    runAgent: createEmptyAgent(isolation, folder),
    isolation,
    removals,
    saveTranscript: async () => {},
    redact: (text) => text,
    maskWritten: (text) => text,
    listEarlierRuns: async () => [],
    async *listRunsSince() {},
    listRunEvents: async () => [],
    outbox: { enqueue: async () => true },
    settings: {
      agentId: 'bench',
      author: { name: 'cmap', email: 'cmap@example.com' },
      workspaceRoot: path.join(folder, 'workspaces'),
      agentEnvironment: { PATH: '/usr/bin:/bin' },
      wallClockMs: 60_000,
      inactivityMs: 60_000,
      validateTimeoutMs: 60_000,
    },
  };
  return async (issueKey: string) => {
    const task = {
      version: 1 as const,
      kind: 'coding' as const,
      id: `coding~${issueKey}~0`,
      scope: `issue~${issueKey}`,
      credentialRef: 'default',
      jiraProject: 'PROJ',
      issueKey,
    };
    const now = Date.now();
    const record: Run = {
      runId: `run-${issueKey}`,
      task,
      state: 'running',
      attempt: 1,
      createdAt: now,
      updatedAt: now,
      notified: false,
    };
    const listPushed = async () => new Set<string>();
    const facts = { note() {}, addUsage() {}, listFacts: () => ({}), keepPlan: async () => {} };
    const reads = { listPushed, listCriteriaAnswers: async () => [] };
    const context = { run: record, log: silentLog, stage: async () => {}, ...reads, ...facts, step() {} };
    const outcome = await performCoding({ task, context, deps }, new AbortController().signal);
    // Part of what a run costs, although no person waits for it.
    await removals.ended();
    if (outcome.kind !== 'done') throw new Error(`The run ended as ${JSON.stringify(outcome)}`);
  };
}

/** Sessions with all that surrounds the runtime, and one shell in its place. */
function createEmptyAgent(isolation: Isolation, temporaryDirectory: string): RunAgent {
  return createRunAgent(
    {
      model: { kind: 'provider', type: 'openai', baseUrl: 'http://model.invalid/v1', model: 'any' },
      isolation,
      runtimePath: '/bin/sh',
      inherited: {},
      temporaryDirectory,
      clock: systemClock,
      log: silentLog,
      redact: (text) => text,
    },
    async (_, { account, request: { workTree, resultTool } }) => {
      const { file, args } = account.commandLine('/bin/sh', ['-c', `echo New. >${workTree}/new.md`]);
      await runCommand(file, args);
      return {
        result: resultTool.schema.parse({ summary: 'Adds a file.' }),
        resultFrom: 'tool',
        usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
        transcript: '',
      };
    },
  );
}

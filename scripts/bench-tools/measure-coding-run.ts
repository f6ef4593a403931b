import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { RunAgent } from '../../runner-container/agent/agent.ts';
import { findIsolation, type Isolation, SPARE_UIDS } from '../../runner-container/agent/isolation.ts';
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
import type { BenchEnvironment, BenchLine } from './bench-line.ts';
import { type Cost, measureCost } from './measure-cost.ts';
import { type BenchedFiles, type ServedServices, startServices } from './start-services.ts';
import { median } from './take-turns.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const GITLAB_TOKEN = 'glpat-bench-0123456789abcdef';
const JIRA = { jiraEmail: 'agent@example.com', jiraToken: 'jira-bench-token' };

export interface BenchedRepository extends BenchedFiles {
  /** How the line calls it. */
  name: string;
  /** Whether the agent has a user of its own, as in the image. */
  isolated: boolean;
}

/**
 * A whole coding run whose agent only writes one file, against a native clone, commit and push of the same repository:
 * by the clock and in processor time of all processes but GitLab's and Jira's, the larger of which is the ratio.
 */
export async function measureCodingRun(
  { searchPath }: BenchEnvironment,
  repository: BenchedRepository,
): Promise<BenchLine> {
  const { services, close } = await startServices({
    repository,
    issues: ROUNDS + 1,
    gitlabToken: GITLAB_TOKEN,
    ...JIRA,
  });
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  // The agent's user passes through it.
  await chmod(folder, 0o711);
  try {
    const isolation = await chooseIsolation(repository);
    const perform = await createPerformer({ services, folder, searchPath, isolation });
    const floor: Cost[] = [];
    const ours: Cost[] = [];
    for (const [round, issueKey] of services.issueKeys.entries()) {
      const directory = path.join(folder, `floor-${round}`);
      floor.push(await measureCost(() => cloneCommitPush(services, directory, `floor-${round}`)));
      await rm(directory, { recursive: true, force: true });
      ours.push(await measureCost(() => perform(issueKey)));
    }
    return compare(repository, floor.slice(1), ours.slice(1));
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function compare({ name, isolated }: BenchedRepository, floor: readonly Cost[], ours: readonly Cost[]): BenchLine {
  const [floorMs, oursMs] = [floor, ours].map((costs) => median(costs.map(({ wallMs }) => wallMs)));
  const [floorCpu, oursCpu] = [floor, ours].map((costs) => median(costs.map(({ cpuMs }) => cpuMs)));
  const [floorOwn, oursOwn] = [floor, ours].map((costs) => median(costs.map(({ ownCpuMs }) => ownCpuMs)));
  const [byClock, byCpu] = [(oursMs ?? 0) / (floorMs ?? 0), (oursCpu ?? 0) / (floorCpu ?? 0)];
  return {
    name: `runner overhead, ${name}, empty agent${isolated ? ' with a user of its own' : ''}`,
    unit: 'ms',
    floor: floorMs ?? 0,
    ours: oursMs ?? 0,
    ratio: Math.max(byClock, byCpu),
    limit: 1.25,
    note: `${byClock.toFixed(2)}x by the clock, ${byCpu.toFixed(2)}x of ${floorCpu?.toFixed(0)} ms of processors, of which the process alone ${oursOwn?.toFixed(0)} of ${oursCpu?.toFixed(0)} ms (native ${floorOwn?.toFixed(0)}); ours includes every call to GitLab and Jira, the gate and the secret scan`,
  };
}

async function chooseIsolation({ isolated }: BenchedRepository): Promise<Isolation> {
  if (!isolated) return { kind: 'none', reason: 'a benchmark' };
  const isolation = await findIsolation({ user: 'agent', uids: SPARE_UIDS });
  if (isolation.kind === 'none') throw new Error(`The line needs root on Linux: ${isolation.reason}`);
  return isolation;
}

async function cloneCommitPush({ cloneUrl }: ServedServices, directory: string, branch: string): Promise<void> {
  const url = cloneUrl.replace('http://', `http://oauth2:${GITLAB_TOKEN}@`);
  const git = (...args: string[]) => run('git', ['-C', directory, ...args]);
  await run('git', ['clone', '--quiet', '--depth', '1', url, directory]);
  await git('checkout', '--quiet', '-b', branch);
  await writeFile(path.join(directory, 'new.md'), 'New.\n');
  await git('add', '-A');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'New');
  await git('push', '--quiet', 'origin', branch);
}

interface Surroundings {
  services: ServedServices;
  folder: string;
  searchPath: string;
  isolation: Isolation;
}

async function createPerformer({ services: { gitlabUrl, jiraUrl }, folder, searchPath, isolation }: Surroundings) {
  const treeOwner = await createTreeOwner(isolation);
  const common = { clock: systemClock, log: silentLog };
  const token = new Secret(GITLAB_TOKEN);
  const gitlab = createGitLab({ ...common, baseUrl: gitlabUrl, token });
  const jira = createJira({
    ...common,
    baseUrl: jiraUrl,
    siteUrl: jiraUrl,
    credential: { kind: 'token', email: JIRA.jiraEmail, apiToken: new Secret(JIRA.jiraToken) },
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

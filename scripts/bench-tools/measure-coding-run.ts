import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
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
import { type SandboxGitLab, startSandboxGitLab } from '../../sandbox/gitlab/server/start-sandbox-gitlab.ts';
import { type SandboxJira, startSandboxJira } from '../../sandbox/jira/sandbox-jira.ts';
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
import { median } from './take-turns.ts';

const run = promisify(execFile);
const ROUNDS = 5;
const MEGABYTE = 1024 * 1024;
const TOKEN = 'glpat-bench-0123456789abcdef';

export interface BenchedRepository {
  /** How the line calls it. */
  name: string;
  files: number;
  /** Of one file that no line ends in. */
  binaryMegabytes?: number;
  /** Of files that earlier commits had. */
  historyMegabytes?: number;
  /** Whether the agent has a user of its own, as in the image. */
  isolated: boolean;
}

/**
 * A whole coding run whose agent only writes one file, against a native clone, commit and push of the same repository:
 * by the clock and in processor time of all processes, the larger of which is the ratio.
 */
export async function measureCodingRun(
  { searchPath }: BenchEnvironment,
  repository: BenchedRepository,
): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  // The agent's user passes through it.
  await chmod(folder, 0o711);
  const gitlab = await startSandboxGitLab({
    users: [{ username: 'agent', bot: true, tokens: [TOKEN] }],
    projects: [{ path: 'group/large', members: { agent: 40 }, files: listFiles(repository) }],
  });
  const jira = await startSandboxJira({
    users: [
      { accountId: 'agent', displayName: 'Agent', emailAddress: 'agent@example.com', apiToken: 'jira-bench-token' },
    ],
    projects: [{ key: 'PROJ' }],
  });
  try {
    await addHistory(gitlab, repository.historyMegabytes ?? 0);
    const isolation = await chooseIsolation(repository);
    const perform = await createPerformer({ gitlab, jira, folder, searchPath, isolation });
    const floor: Cost[] = [];
    const ours: Cost[] = [];
    for (let round = 0; round <= ROUNDS; round += 1) {
      const directory = path.join(folder, `floor-${round}`);
      floor.push(await measureCost(() => cloneCommitPush(gitlab, directory, `floor-${round}`)));
      await rm(directory, { recursive: true, force: true });
      ours.push(await measureCost(() => perform(`PROJ-${round}`)));
    }
    return compare(repository, floor.slice(1), ours.slice(1));
  } finally {
    await gitlab.close();
    await jira.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function compare({ name, isolated }: BenchedRepository, floor: readonly Cost[], ours: readonly Cost[]): BenchLine {
  const [floorMs, oursMs] = [floor, ours].map((costs) => median(costs.map(({ wallMs }) => wallMs)));
  const [floorCpu, oursCpu] = [floor, ours].map((costs) => median(costs.map(({ cpuMs }) => cpuMs)));
  const [byClock, byCpu] = [(oursMs ?? 0) / (floorMs ?? 0), (oursCpu ?? 0) / (floorCpu ?? 0)];
  return {
    name: `runner overhead, ${name}, empty agent${isolated ? ' with a user of its own' : ''}`,
    unit: 'ms',
    floor: floorMs ?? 0,
    ours: oursMs ?? 0,
    ratio: Math.max(byClock, byCpu),
    limit: 1.25,
    note: `${byClock.toFixed(2)}x by the clock, ${byCpu.toFixed(2)}x of ${floorCpu?.toFixed(0)} ms of processors; ours includes every call to GitLab and Jira, the gate and the secret scan`,
  };
}

async function chooseIsolation({ isolated }: BenchedRepository): Promise<Isolation> {
  if (!isolated) return { kind: 'none', reason: 'a benchmark' };
  const isolation = await findIsolation({ user: 'agent', uids: SPARE_UIDS });
  if (isolation.kind === 'none') throw new Error(`The line needs root on Linux: ${isolation.reason}`);
  return isolation;
}

function listFiles({ files: count, binaryMegabytes = 0 }: BenchedRepository): Record<string, string | Buffer> {
  const files = Array.from({ length: count }, (_, index): [string, string] => [
    `src/part-${index % 80}/file-${index}.ts`,
    `export const value${index} = ${index};\n// ${'x'.repeat(400)}\n`.repeat(8),
  ]);
  const binary = binaryMegabytes > 0 ? { 'assets/large.bin': randomBytes(binaryMegabytes * MEGABYTE) } : {};
  return { ...Object.fromEntries(files), ...binary };
}

/** Ten commits with a file that nothing packs smaller, and one without it. */
async function addHistory(gitlab: SandboxGitLab, megabytes: number): Promise<void> {
  if (megabytes === 0) return;
  const ada = { branch: 'main', author: { name: 'Ada', email: 'ada@example.com' }, at: Date.now() };
  const { repository } = gitlab.project('group/large');
  for (let count = 1; count <= 11; count += 1) {
    const content = count === 11 ? null : randomBytes((megabytes * MEGABYTE) / 10);
    const parent = repository.branches.get('main');
    await repository.commit({ ...ada, message: `Data ${count}`, parent, files: { 'data.bin': content } });
    await repository.refresh();
  }
}

async function cloneCommitPush(gitlab: SandboxGitLab, directory: string, branch: string): Promise<void> {
  const url = gitlab.cloneUrl('group/large').replace('http://', `http://oauth2:${TOKEN}@`);
  const git = (...args: string[]) => run('git', ['-C', directory, ...args]);
  await run('git', ['clone', '--quiet', '--depth', '1', url, directory]);
  await git('checkout', '--quiet', '-b', branch);
  await writeFile(path.join(directory, 'new.md'), 'New.\n');
  await git('add', '-A');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'New');
  await git('push', '--quiet', 'origin', branch);
}

interface Surroundings {
  gitlab: SandboxGitLab;
  jira: SandboxJira;
  folder: string;
  searchPath: string;
  isolation: Isolation;
}

async function createPerformer({
  gitlab: gitlabServer,
  jira: jiraServer,
  folder,
  searchPath,
  isolation,
}: Surroundings) {
  const treeOwner = await createTreeOwner(isolation);
  const common = { clock: systemClock, log: silentLog };
  const token = new Secret(TOKEN);
  const gitlab = createGitLab({ ...common, baseUrl: gitlabServer.url, token });
  const jira = createJira({
    ...common,
    baseUrl: jiraServer.url,
    siteUrl: jiraServer.url,
    credential: { kind: 'token', email: 'agent@example.com', apiToken: new Secret('jira-bench-token') },
  });
  const bindings = createBindings([resolveBinding({ jira_project: 'PROJ', repo: 'group/large' })]);
  const registry = createRegistry({
    ...common,
    bindings: bindings.list,
    gitlabUrl: gitlabServer.url,
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
  return async (name: string) => {
    const issueKey = jiraServer.createIssue({ project: 'PROJ', summary: name, status: 'AI Ready' });
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

import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { RunAgent } from '../../runner-container/agent/agent.ts';
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
import type { BenchEnvironment, BenchLine } from '../bench-tools/bench-line.ts';
import { takeTurns, timeMs } from '../bench-tools/take-turns.ts';

const run = promisify(execFile);
const FILES = 4000;
const ROUNDS = 5;
const TOKEN = 'glpat-bench-0123456789abcdef';

/**
 * A whole coding run whose agent only writes one file, against a native clone, commit and push of the same repository.
 */
export async function benchRunnerOverhead({ searchPath }: BenchEnvironment): Promise<BenchLine> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cmap-bench-'));
  const gitlab = await startSandboxGitLab({
    users: [{ username: 'agent', bot: true, tokens: [TOKEN] }],
    projects: [{ path: 'group/large', members: { agent: 40 }, files: aLargeRepository() }],
  });
  const jira = await startSandboxJira({
    users: [
      { accountId: 'agent', displayName: 'Agent', emailAddress: 'agent@example.com', apiToken: 'jira-bench-token' },
    ],
    projects: [{ key: 'PROJ' }],
  });
  try {
    const perform = createPerformer(gitlab, jira, folder, searchPath);
    let round = 0;
    const measured = await takeTurns(
      ROUNDS,
      () => timeMs(() => cloneCommitPush(gitlab, path.join(folder, `floor-${round}`), `floor-${round}`)),
      () => {
        round += 1;
        return timeMs(() => perform(`PROJ-${round}`));
      },
    );
    return {
      name: 'runner overhead, 4,000 files, empty agent',
      unit: 'ms',
      ...measured,
      limit: 1.25,
      note: 'ours includes every call to GitLab and Jira, the gate and the secret scan',
    };
  } finally {
    await gitlab.close();
    await jira.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

function aLargeRepository(): Record<string, string> {
  const files = Array.from({ length: FILES }, (_, index): [string, string] => [
    `src/part-${index % 80}/file-${index}.ts`,
    `export const value${index} = ${index};\n// ${'x'.repeat(400)}\n`.repeat(8),
  ]);
  return Object.fromEntries(files);
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

function createPerformer(gitlabServer: SandboxGitLab, jiraServer: SandboxJira, folder: string, searchPath: string) {
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
    git: { clock: systemClock, environment: { PATH: searchPath }, allowedProtocols: ['https', 'http'] },
    runAgent: emptyAgent,
    isolation: { kind: 'none', reason: 'a benchmark' },
    removals,
    saveTranscript: async () => {},
    redact: (text) => text,
    maskWritten: (text) => text,
    listEarlierRuns: async () => [],
    listRunEvents: async () => [],
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

const emptyAgent: RunAgent = async ({ workTree, resultTool, judge }) => {
  await writeFile(path.join(workTree, 'new.md'), 'New.\n');
  const report = {
    result: resultTool.schema.parse({ summary: 'Adds a file.' }),
    resultFrom: 'tool' as const,
    usage: { modelCalls: 0, inputTokens: 0, outputTokens: 0 },
    transcript: '',
  };
  await judge?.(report);
  return report;
};

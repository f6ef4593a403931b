import { tmpdir } from 'node:os';
import path from 'node:path';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { createLedgerFiles } from '../../shared/adapters/storage/blobs/create-ledger-files.ts';
import { writeWorkbook } from '../../shared/adapters/workbook/write-workbook.ts';
import { createAuditFetch } from '../../shared/app/create-audit-fetch.ts';
import { createPlatform, type Platform } from '../../shared/app/create-platform.ts';
import { PRODUCT_VERSION } from '../../shared/app/product-version.ts';
import { formatSettingsProblems } from '../../shared/app/settings/format-problems.ts';
import { runFilePath } from '../../shared/domain/runs/run-files.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { admitTask } from '../../shared/services/runs/admit-task.ts';
import { joinArchive } from '../../shared/services/runs/archive/join-archive.ts';
import { wakeRuns } from '../../shared/services/runs/wake-runs.ts';
import {
  assertIsolated,
  assertRuntimeHidden,
  describeIsolation,
  findIsolations,
  type Isolation,
  SPARE_UIDS,
} from '../agent/isolation.ts';
import { readUsedMemory } from '../agent/read-used-memory.ts';
import { createRunAgent } from '../agent/run-agent.ts';
import { findRuntimePath } from '../agent/runtime-path.ts';
import { createTreeOwner } from '../agent/tree-owner.ts';
import type { DrainDeps } from '../drain/drain.ts';
import { type MemoryWatch, watchMemory } from '../drain/watch-memory.ts';
import { perform } from '../perform/perform.ts';
import { createListEarlierRuns } from '../perform/run/create-list-earlier-runs.ts';
import { observeRun } from '../perform/run/observe-run.ts';
import type { RunnerDeps } from '../perform/run/runner-deps.ts';
import { readMemory } from '../process/read-memory.ts';
import { createRemovals, type Removals } from '../workspace/removals.ts';
import { createRunFiles } from './create-run-files.ts';
import { planLastBegin } from './plan-last-begin.ts';
import { prepareWayOut, type WayOut } from './prepare-way-out.ts';
import { parseRunnerSettings, type RunnerSettings } from './settings.ts';

export interface RunnerProgram {
  deps: DrainDeps;
  platform: Platform;
  workspaceRoot: string;
  removals: Removals;
}

/**
 * The runner from its environment.
 * @throws {Error} that lists every problem with the settings or the project map, or says that the agent cannot be kept
 * apart where that is required.
 */
export async function compose(signal: AbortSignal, environment = process.env): Promise<RunnerProgram> {
  const parsed = parseRunnerSettings(environment);
  if (!parsed.ok) throw new Error(`The settings cannot be used:\n${formatSettingsProblems(parsed.problems)}`);
  const { settings } = parsed;
  const { runsAtOnce } = settings.runner;
  const isolations = await findIsolations({ user: settings.runner.agentUser, uids: SPARE_UIDS }, runsAtOnce);
  const runtimePath = findRuntimePath();
  if (settings.runner.requireIsolation) {
    for (const isolation of isolations) assertIsolated(isolation);
    await assertRuntimeHidden(runtimePath);
  }

  const platform = await createPlatform(settings, {
    program: 'runner',
    environment,
    clock: systemClock,
    write: (line) => process.stdout.write(`${line}\n`),
    image: settings.runner.image,
    signal,
  });
  await platform.mapping.current();
  const workspaceRoot = settings.runner.workspaceRoot ?? path.join(tmpdir(), 'cmap-runner');
  const removals = createRemovals({ log: platform.log });
  const places = await createPlaces(settings, {
    platform,
    removals,
    isolations,
    runtimePath,
    workspaceRoot,
    environment,
    signal,
  });
  const { image } = settings.runner;
  const { storage, clock, log, notify, announceRun } = platform;
  log.info('started', {
    ...describeIsolation(isolations[0], isolations.length),
    ...(runsAtOnce === 1 ? {} : { runsAtOnce: places.length }),
    ...(image === undefined ? {} : { image }),
  });
  if (places.length < runsAtOnce) log.warn('fewer runs at once than wanted', { runsAtOnce, users: places.length });
  const { replicaTimeoutMs, ...limits } = settings.runner;
  const deps: DrainDeps = {
    ...storage,
    perform: (context, runSignal, place) => {
      const runnerDeps = placeOf(places, place);
      return observeRun(context.run, { ...platform, runAgent: runnerDeps.runAgent }, (observed) =>
        perform(context, { ...runnerDeps, ...observed, log: context.log }, runSignal),
      );
    },
    runsAtOnce: places.length,
    ...(places.length > 1 ? { memory: watchMemoryOf(places, platform) } : {}),
    notify,
    announceRun,
    clock,
    log,
    runnerId: environment['CONTAINER_APP_JOB_EXECUTION_NAME'] ?? `${settings.agentId}-${process.pid}`,
    maxAttempts: settings.runner.maxAttempts,
    graceMs: settings.runner.graceMs,
    leaseMs: settings.runner.leaseMs,
    idleMs: settings.runner.idleMs,
    ...(replicaTimeoutMs === undefined
      ? {}
      : { lastBeginAt: planLastBegin(clock.now() - performance.now(), { replicaTimeoutMs, ...limits }) }),
    ...settings.lifecycle,
  };
  return { deps, platform, workspaceRoot, removals };
}

function placeOf(places: readonly RunnerDeps[], place: number): RunnerDeps {
  const deps = places[place];
  if (!deps) throw new RangeError(`There is no place ${place}`);
  return deps;
}

/** The users of the places tell whose programs are whose. */
function watchMemoryOf(places: readonly RunnerDeps[], { clock, log }: Platform): MemoryWatch {
  const readUsed = async (place: number): Promise<number> => {
    const { isolation } = placeOf(places, place);
    return isolation.kind === 'user' ? readUsedMemory(isolation.uid) : 0;
  };
  return watchMemory({ runsAtOnce: places.length, readMemory: () => readMemory(), readUsed, clock, log });
}

interface Parts {
  platform: Platform;
  removals: Removals;
  isolations: readonly Isolation[];
  runtimePath: string;
  workspaceRoot: string;
  environment: NodeJS.ProcessEnv;
  signal: AbortSignal;
}

/** What the runs of each place work with: all but the user of the agent is the same. */
async function createPlaces(settings: RunnerSettings, parts: Parts): Promise<RunnerDeps[]> {
  const { jira, mapping, log } = parts.platform;
  const { bindings } = await mapping.current();
  if (!jira && bindings.projects.length > 0) log.warn('jira is not configured');
  const wayOut = await prepareWayOut(parts.environment, parts.workspaceRoot);
  return Promise.all(parts.isolations.map((isolation) => createRunnerDeps(settings, { ...parts, isolation, wayOut })));
}

async function createRunnerDeps(
  settings: RunnerSettings,
  {
    platform,
    removals,
    isolation,
    runtimePath,
    workspaceRoot,
    environment,
    wayOut,
    signal,
  }: Parts & { isolation: Isolation; wayOut: WayOut },
): Promise<RunnerDeps> {
  const { clock, log, storage, jira, gitlabFor, credentials, mapping } = platform;
  const agentEnvironment = { PATH: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', ...wayOut.programs };
  const runAgent = createRunAgent({
    model: settings.model,
    isolation,
    runtimePath,
    inherited: agentEnvironment,
    temporaryDirectory: workspaceRoot,
    clock,
    log,
    redact: platform.redact,
    mcpSecretFor: (ref) => platform.mcpSecrets.get(ref),
  });
  return {
    mapping: () => mapping.current(),
    ...(jira ? { jira } : {}),
    gitlabFor,
    credentialFor: (ref) => credentials.get(ref),
    validateSecretFor: (ref) => platform.validateSecrets.get(ref),
    signingKeyFor: (ref) => platform.signingKeys.get(ref),
    git: {
      clock,
      environment: wayOut.git,
      treeOwner: await createTreeOwner(isolation),
      allowedProtocols: settings.gitlabUrl.startsWith('http:') ? ['https', 'http'] : ['https'],
    },
    images: {
      all: settings.runnerImages,
      ...(settings.runner.image === undefined ? {} : { own: settings.runner.image }),
    },
    runAgent,
    isolation,
    removals,
    saveTranscript: async (run, text) => {
      if (!settings.transcripts) return;
      await storage.artefacts.create(runFilePath(run.runId, run.attempt, clock.now(), 'jsonl'), text);
    },
    ...(settings.transcripts ? { files: createRunFiles(storage.artefacts, clock) } : {}),
    redact: platform.redact,
    maskWritten: platform.maskWritten,
    listEarlierRuns: createListEarlierRuns(storage.ledger),
    // The ledger logs what it cannot read.
    listRunsSince: (scope, since) => storage.ledger.listSince(scope, since, () => {}),
    admit: (task) => admitTask(task, { ...storage, clock, log }),
    followKeptBranch: async (branch) => void (await storage.outbox.enqueue({ kind: 'kept-branch', ...branch })),
    listRunEvents: (runId) => storage.ledger.listEvents(runId),
    outbox: storage.outbox,
    limits: {
      permits: storage.permits,
      budgets: storage.budgets,
      wake: (runIds) => wakeRuns(runIds, 'concurrency', { ...storage, clock, log }),
      ...(settings.runner.maxConcurrentRuns === undefined
        ? {}
        : { maxConcurrentRuns: settings.runner.maxConcurrentRuns }),
      ...(settings.month ? { month: settings.month } : {}),
      ...(settings.prices ? { prices: settings.prices } : {}),
      ...(settings.model.model === undefined ? {} : { model: settings.model.model }),
    },
    ...(settings.jira && platform.jiraCredential
      ? {
          audit: {
            archive: createAuditArchive(platform.account, settings.auditContainer),
            fetch: createAuditFetch({
              ...platform,
              gitlabUrl: settings.gitlabUrl,
              jira: settings.jira,
              jiraCredential: platform.jiraCredential,
              signal,
            }),
            siteUrl: settings.jira.siteUrl,
            toolVersion: PRODUCT_VERSION,
            writeWorkbook,
            ledger: joinArchive(storage.ledger, createLedgerFiles(platform.account, settings.ledgerContainer)),
          },
        }
      : {}),
    settings: {
      agentId: settings.agentId,
      author: settings.author,
      workspaceRoot,
      ...(settings.model.model === undefined ? {} : { model: settings.model.model }),
      ...(settings.prices ? { prices: settings.prices } : {}),
      agentEnvironment,
      wallClockMs: settings.runner.wallClockMs,
      inactivityMs: settings.runner.inactivityMs,
      validateTimeoutMs: settings.runner.validateTimeoutMs,
    },
    clock,
    log,
  };
}

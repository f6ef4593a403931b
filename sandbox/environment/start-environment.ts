import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { createStorage } from '../../shared/adapters/storage/storage.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import { depthOf } from '../../shared/domain/ports/task-queue.ts';
import {
  type SandboxGitLab,
  type SandboxGitLabOptions,
  startSandboxGitLab,
} from '../gitlab/server/start-sandbox-gitlab.ts';
import type { SandboxJiraOptions } from '../jira/sandbox-jira.ts';
import { type SandboxJira, startSandboxJira } from '../jira/sandbox-jira.ts';
import { type Child, startChild } from '../job/child.ts';
import { type JobStarter, startJobStarter } from '../job/job-starter.ts';
import { joinJobStarters } from '../job/join-job-starters.ts';
import type { Scenario } from '../model/scenario.ts';
import { type RecordedRequest, type ScriptedModel, startScriptedModel } from '../model/scripted-model.ts';
import { type Azurite, startAzurite } from '../storage/azurite.ts';
import { type StorageProxy, startStorageProxy } from '../storage/storage-proxy.ts';
import {
  commonEnvironment,
  dropJiraSettings,
  type EnvironmentAddresses,
  type EnvironmentCredentials,
  functionsEnvironment,
  runnerEnvironment,
} from './environment-settings.ts';
import { type FunctionsInstance, startFunctions } from './start-functions.ts';

export interface EnvironmentOptions {
  gitlab: Pick<SandboxGitLabOptions, 'users' | 'projects'>;
  jira: Pick<SandboxJiraOptions, 'users' | 'projects'>;
  credentials: EnvironmentCredentials;
  /** The processes have no setting of Jira, which is there all the same to see whether it is asked. */
  withoutJira?: boolean;
  /** The runtime form, as `cmap render-json` prints it. */
  projectMap: string;
  /** The scripted model's scenarios; absent uses the model of the environment. */
  scenarios?: Scenario[];
  /** Called when a session asks the scripted model; it is answered when the promise resolves. */
  onModelRequest?: (request: RecordedRequest) => void | Promise<void>;
  /** A storage emulator that already runs; one is started unless given. */
  azurite?: Azurite;
  functionInstances?: number;
  /** Whether timers run by their schedules; off, a test fires them. */
  timers?: boolean;
  maxRunners?: number;
  /** Images with a queue and runners of their own; absent: every runner performs every task. */
  runnerImages?: readonly string[];
  /** Files of the programs to start; from their sources unless given. */
  programs?: { runner?: string; functions?: string };
  /** How often the scaler looks at the queue. */
  pollingIntervalMs?: number;
  /** Whether it starts runners also for messages that are leased, as the platform does. */
  startsForLeased?: boolean;
  /** Added to, and winning over, the settings of the functions and of the runner. */
  functionsEnv?: Record<string, string>;
  runnerEnv?: Record<string, string>;
  /** Settings of both programs that are known when GitLab and Jira are there; they win over the others. */
  withSettings?: (parts: { gitlab: SandboxGitLab; jira: SandboxJira }) => Record<string, string>;
  onLog?: (line: string, from: { program: 'functions' | 'runner'; pid: number }) => void;
}

/**
 * A whole deployment on one machine: GitLab, Jira, a model, storage, functions instances and runners as real processes.
 */
export interface Environment {
  gitlab: SandboxGitLab;
  jira: SandboxJira;
  /** Absent when the model comes from the environment. */
  model?: ScriptedModel;
  /** The same storage the processes use, for looking at it. */
  storage: Storage;
  /** Between the processes and storage: counts, outages, and the moment an event becomes durable. */
  proxy: StorageProxy;
  functions: FunctionsInstance[];
  /** Opens the administrative routes of the functions. */
  adminSecret: string;
  /** The settings of both programs, as an operator has them for `cmap`. */
  operatorEnv: Readonly<Record<string, string>>;
  jobs: JobStarter;
  /** Every log line of every process so far. */
  logs: string[];
  /** Starts one more instance of the functions app. */
  addFunctions(): Promise<FunctionsInstance>;
  /** Starts one runner now, beside the scaler. */
  startRunner(image?: string): Child;
  /** Fires a timer on the first instance. */
  fire(name: string): Promise<void>;
  /**
   * Fires the sweeper until no run is open and the queue is empty. @throws {Error} that says what is left after
   * `withinMs`.
   */
  settle(withinMs?: number): Promise<void>;
  close(): Promise<void>;
}

const RUNNER_ENTRY = path.resolve(import.meta.dirname, '../../runner-container/main.ts');

/** Starts every part on free ports of 127.0.0.1. What was started before a failure is stopped again. */
export async function startEnvironment(options: EnvironmentOptions): Promise<Environment> {
  const started: (() => Promise<unknown>)[] = [];
  const keep = <T>(part: T, stop: (part: T) => Promise<unknown>): T => {
    started.push(() => stop(part));
    return part;
  };
  try {
    return await assemble(options, keep, () => stopAll(started));
  } catch (error) {
    await stopAll(started);
    throw error;
  }
}

async function stopAll(started: (() => Promise<unknown>)[]): Promise<void> {
  for (const stop of started.splice(0).reverse()) await stop();
}

type Keep = <T>(part: T, stop: (part: T) => Promise<unknown>) => T;

async function assemble(options: EnvironmentOptions, keep: Keep, close: () => Promise<void>): Promise<Environment> {
  const { credentials, scenarios, runnerImages: images = [] } = options;
  const modelKey = 'sandbox-model-key-0123456789';
  const azurite = options.azurite ?? keep(await startAzurite(), (part) => part.stop());
  const proxy = keep(await startStorageProxy(azurite), (part) => part.stop());
  const gitlab = keep(await startSandboxGitLab(options.gitlab), (part) => part.close());
  const jira = keep(await startSandboxJira(options.jira), (part) => part.close());
  const model =
    scenarios &&
    keep(
      await startScriptedModel({
        scenarios,
        apiKey: modelKey,
        ...(options.onModelRequest ? { onRequest: options.onModelRequest } : {}),
      }),
      (part) => part.stop(),
    );
  const workspaceRoot = keep(await mkdtemp(path.join(tmpdir(), 'cmap-environment-')), (part) =>
    rm(part, { recursive: true, force: true, maxRetries: 3 }),
  );

  // The agent runs as another user and has to pass through.
  await chmod(workspaceRoot, 0o711);

  const addresses: EnvironmentAddresses = {
    gitlabUrl: gitlab.url,
    jiraUrl: jira.url,
    connectionString: proxy.connectionString,
    ...(model ? { model: { url: model.url, apiKey: modelKey } } : {}),
  };
  const common = {
    ...commonEnvironment(addresses, credentials, options.projectMap),
    ...(images.length > 0 ? { RUNNER_IMAGES: images.join(',') } : {}),
    ...options.withSettings?.({ gitlab, jira }),
  };
  const known = (settings: Record<string, string>) => (options.withoutJira ? dropJiraSettings(settings) : settings);
  const storage = createStorage({ connectionString: azurite.connectionString }, { images });

  const logs: string[] = [];
  const captureLog = (program: 'functions' | 'runner', pid: () => number) => (line: string) => {
    logs.push(line);
    options.onLog?.(line, { program, pid: pid() });
  };

  const functions: FunctionsInstance[] = [];
  const addFunctions = async () => {
    const instance: FunctionsInstance = await startFunctions({
      ...(options.programs?.functions ? { entry: options.programs.functions } : {}),
      env: {
        ...known({ ...common, ...functionsEnvironment(credentials) }),
        SANDBOX_TIMERS: options.timers ? 'on' : 'off',
        ...options.functionsEnv,
      },
      onLine: captureLog('functions', () => 0),
    });
    functions.push(
      keep(instance, async ({ child }) => {
        child.kill('SIGTERM');
        await child.exited;
      }),
    );
    return instance;
  };

  const startRunner = (image?: string): Child => {
    const child: Child = startChild({
      entry: options.programs?.runner ?? RUNNER_ENTRY,
      env: {
        ...known(common),
        ...runnerEnvironment(addresses, process.env),
        RUNNER_WORKSPACE_ROOT: workspaceRoot,
        RUNNER_IDLE_SECONDS: '5',
        ...(image === undefined ? {} : { RUNNER_IMAGE: image }),
        ...options.runnerEnv,
      },
      onLine: (line) => captureLog('runner', () => child.pid)(line),
    });
    return child;
  };
  for (let index = 0; index < (options.functionInstances ?? 1); index += 1) await addFunctions();
  const startJobs = (image?: string) =>
    startJobStarter({
      async readQueue() {
        const { count, oldestAt } = depthOf(await storage.queue.getDepth(), image);
        return { length: count, leasable: oldestAt !== undefined };
      },
      startsForLeased: options.startsForLeased ?? false,
      startRunner: () => startRunner(image),
      maxExecutions: options.maxRunners ?? 2,
      pollingIntervalMs: options.pollingIntervalMs ?? 300,
      onError: (error) => logs.push(`job starter: ${String(error)}`),
    });
  const jobs = keep(joinJobStarters([undefined, ...images].map(startJobs)), (part) => part.stop());

  const fire = async (name: string) => {
    const [first] = functions;
    if (!first) throw new Error('This environment has no functions instance');
    await first.fire(name);
  };
  return {
    gitlab,
    jira,
    ...(model ? { model } : {}),
    storage,
    proxy,
    functions,
    adminSecret: credentials.adminSecret,
    // An operator reads past the proxy, whose outages and counts are about the programs.
    operatorEnv: { ...common, AzureWebJobsStorage: azurite.connectionString },
    jobs,
    logs,
    addFunctions,
    startRunner,
    fire,
    settle: (withinMs = 600_000) => settle({ storage, fire, jobs, logs }, withinMs),
    close,
  };
}

const LOOK_EVERY_MS = 200;
/** A runner needs seconds for a run; a sweep meanwhile has little to do and takes the processor from it. */
const SWEEP_BESIDE_RUNNERS_MS = 2000;
/** The line of a runner that has put a message away; it may wait for another. */
const ENDED_RUN = /"event":"(?:run settled|run parked|run given up|message ignored)"/;

async function settle(
  { storage, fire, jobs, logs }: Pick<Environment, 'storage' | 'fire' | 'jobs' | 'logs'>,
  withinMs: number,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let pauseMs = LOOK_EVERY_MS; ; ) {
    await fire('sweep');
    const swept = Date.now();
    const [open, depth] = await Promise.all([storage.ledger.listOpen(), storage.queue.getDepth()]);
    if (open.length === 0 && depth.count === 0) return;
    if (swept > deadline) {
      const left = open.map(({ runId, state, parkedReason }) => `${runId} ${state} ${parkedReason ?? ''}`.trim());
      throw new Error(`Not settled: ${depth.count} messages; open runs: ${left.join('; ') || 'none'}`);
    }
    const seen = logs.length;
    const hasEnded = () => logs.slice(seen).some((line) => ENDED_RUN.test(line));
    await delay(pauseMs);
    while (jobs.running().length > 0 && !hasEnded() && Date.now() - swept < SWEEP_BESIDE_RUNNERS_MS)
      await delay(LOOK_EVERY_MS);
    // What waits for a lease to end or a time to come waits for long.
    pauseMs = hasEnded() ? LOOK_EVERY_MS : Math.min(1000, pauseMs * 1.5);
  }
}

import { createAzureCredential } from '../adapters/identity/azure-credential.ts';
import { createJira } from '../adapters/jira/create-jira.ts';
import type { Environment } from '../adapters/key-vault/environment-credentials.ts';
import { createKeyVault } from '../adapters/key-vault/key-vault.ts';
import type { StorageAccount } from '../adapters/storage/account/account.ts';
import { createBlobReader } from '../adapters/storage/blobs/read-blob.ts';
import { createStorage } from '../adapters/storage/storage.ts';
import type { LogLevel } from '../adapters/telemetry/json-log.ts';
import { startTelemetry } from '../adapters/telemetry/start-telemetry.ts';
import type { Telemetry } from '../adapters/telemetry/telemetry.ts';
import type { Binding } from '../domain/mapping/binding.ts';
import type { MappingProblem } from '../domain/mapping/problem.ts';
import type { GitLab } from '../domain/ports/gitlab.ts';
import type { Jira } from '../domain/ports/jira.ts';
import type { Storage } from '../domain/ports/storage.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { checkCredentials } from '../services/credentials/check-credentials.ts';
import { type CredentialRegistry, createCredentialRegistry } from '../services/credentials/credential-registry.ts';
import { createNotifier } from '../services/notifications/create-notifier.ts';
import type { Notify } from '../services/notifications/notify-run.ts';
import { createRegistry } from '../services/projects/create-registry.ts';
import { createLiveMapping, type LiveMapping } from '../services/projects/live-mapping.ts';
import { createGitLabPool } from './create-gitlab-pool.ts';
import { createMapReader } from './create-map-reader.ts';
import { createProcessLog, type ProcessLog } from './create-process-log.ts';
import type { CommonSettings } from './settings/common-settings.ts';
import { toStorageAccount } from './to-storage-account.ts';

/** What the functions and the runner have in common, ready to use. */
export interface Platform {
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
  telemetry: Telemetry;
  storage: Storage & { ensure(): Promise<void> };
  /** The account behind `storage`, for what is kept beside the durable state. */
  account: StorageAccount;
  credentials: CredentialRegistry;
  /** Absent: Jira is not configured. */
  jira?: Jira;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  mapping: LiveMapping;
  notify: Notify;
}

export interface PlatformOptions {
  /** `functions` or `runner`, on every log line. */
  program: string;
  environment: Environment;
  clock: Clock;
  /** Takes one complete log line and its level. */
  write: (line: string, level: LogLevel) => void;
  /** What `createProcessLog` made for this process, where something had to be logged before; made here otherwise. */
  processLog?: ProcessLog;
  /** Ends every request in flight when the process has to stop at once. */
  signal?: AbortSignal;
}

/** Builds the clients of one process. Opens no connection; the map is read by the first `mapping.current()`. */
export async function createPlatform(settings: CommonSettings, options: PlatformOptions): Promise<Platform> {
  const { environment, clock, signal } = options;
  const { agentId, gitlabUrl } = settings;
  const { log, redactor } = options.processLog ?? createProcessLog(settings, options);
  const redact = (text: string) => redactor.redact(text);
  const telemetry = await startTelemetry({ ...settings.telemetry, log, redactor });

  const getCredential = (clientId = settings.identity.clientId) =>
    createAzureCredential({ ...settings.identity, clientId });
  const { keyVaultUri } = settings;
  const keyVault = keyVaultUri === undefined ? undefined : createKeyVault({ vaultUri: keyVaultUri, getCredential });
  const credentials = createCredentialRegistry({ environment, keyVault, clock, log, redactor });

  const account = await toStorageAccount(settings.storage, getCredential);
  const storage = createStorage(account, { clock, log, redact });
  const client = { clock, log, ...(signal ? { signal } : {}) };
  const gitlabFor = createGitLabPool({ ...client, credentials, baseUrl: gitlabUrl });
  const jira = settings.jira && createJira({ ...client, ...settings.jira, baseUrl: settings.jira.url });
  const readBlob = createBlobReader(account);

  const mapping = createLiveMapping({
    readText: createMapReader(settings.map, { readBlob }),
    generation: storage.generation,
    check: (bindings) => findCredentialProblems(bindings, credentials),
    createRegistry: (bindings) =>
      createRegistry({ bindings, gitlabFor, gitlabUrl, cache: storage.projects, clock, log }),
    // Text of the environment is the same for as long as the process lives.
    ...(settings.map.source === undefined ? {} : { applied: storage.appliedMaps }),
    clock,
    log,
  });
  return {
    clock,
    log,
    redact,
    telemetry,
    storage,
    account,
    credentials,
    ...(jira ? { jira } : {}),
    gitlabFor,
    mapping,
    notify: createNotifier({
      gitlabFor,
      bindingFor: async (jiraProject) => (await mapping.current()).bindings.byJira(jiraProject),
      agentId,
      log,
      ...(jira ? { jira } : {}),
    }),
  };
}

/**
 * A vault that does not answer is no mistake in the map: its bindings are quarantined until it does. What is missing is looked for
 * once more, because "not there" is remembered for a while and somebody may just have added it.
 */
async function findCredentialProblems(
  bindings: readonly Binding[],
  credentials: CredentialRegistry,
): Promise<MappingProblem[]> {
  const first = await checkCredentials(bindings, credentials);
  const missing = first.filter(({ problem, retry }) => problem !== undefined && !retry);
  if (missing.length === 0) return [];
  await Promise.allSettled(missing.map(({ credentialRef }) => credentials.reread(credentialRef)));
  const checks = await checkCredentials(bindings, credentials);
  return checks.flatMap(({ problem, retry, jiraProjects }) =>
    problem === undefined || retry
      ? []
      : [{ where: jiraProjects.map((key) => `mappings.${key}`).join(', '), message: `${problem} ${HOW_TO_ADD}` }],
  );
}

const HOW_TO_ADD = 'A new environment setting is seen after a restart, a new Key Vault secret at once.';

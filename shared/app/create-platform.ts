import { createAzureCredential } from '../adapters/identity/azure-credential.ts';
import type { JiraCredential } from '../adapters/jira/with-credential.ts';
import type { Environment } from '../adapters/key-vault/environment-credentials.ts';
import { createKeyVault } from '../adapters/key-vault/key-vault.ts';
import type { StorageAccount } from '../adapters/storage/account/account.ts';
import { createBlobReader } from '../adapters/storage/blobs/read-blob.ts';
import { createStorage } from '../adapters/storage/storage.ts';
import type { LogLevel } from '../adapters/telemetry/json-log.ts';
import { startTelemetry } from '../adapters/telemetry/start-telemetry.ts';
import type { Telemetry } from '../adapters/telemetry/telemetry.ts';
import { MCP_SECRETS, SIGNING_KEYS, VALIDATE_SECRETS } from '../domain/mapping/credential-names.ts';
import type { GitLab } from '../domain/ports/gitlab.ts';
import type { Jira } from '../domain/ports/jira.ts';
import type { Storage } from '../domain/ports/storage.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { once } from '../kernel/once.ts';
import { type CredentialRegistry, createCredentialRegistry } from '../services/credentials/credential-registry.ts';
import { createCredentialAlarm } from '../services/masking/create-credential-alarm.ts';
import { maskGitLab } from '../services/masking/mask-gitlab.ts';
import { maskJira } from '../services/masking/mask-jira.ts';
import type { Notify } from '../services/notifications/notify-run.ts';
import { type AnnounceEnding, createAnnounceEnding } from '../services/outbound/announce-ending.ts';
import { type AnnounceRun, createAnnounceRun } from '../services/outbound/announce-run.ts';
import { createReceivers, type Receivers } from '../services/outbound/receivers.ts';
import { createRegistry } from '../services/projects/create-registry.ts';
import { createLiveMapping, type LiveMapping } from '../services/projects/live-mapping.ts';
import { createBindingLookUps } from './create-binding-look-ups.ts';
import { createGitLabPool } from './create-gitlab-pool.ts';
import { createJiraCredential } from './create-jira-credential.ts';
import { createLateJira } from './create-late-jira.ts';
import { createMapReader } from './create-map-reader.ts';
import { createProcessLog, type ProcessLog } from './create-process-log.ts';
import { digestMapSettings } from './digest-map-settings.ts';
import { findCredentialProblems } from './find-credential-problems.ts';
import { MAP_RULES } from './map-rules.ts';
import type { CommonSettings } from './settings/common-settings.ts';
import { toStorageAccount } from './to-storage-account.ts';

/** What the functions and the runner have in common, ready to use. */
export interface Platform {
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
  /** Masks what is a credential, ours or probably another one, in a text that people will read. */
  maskWritten: (text: string) => string;
  telemetry: Telemetry;
  storage: Storage;
  /** The account behind `storage`, for what is kept beside the durable state. */
  account: StorageAccount;
  credentials: CredentialRegistry;
  /** What `validate` is given by name. */
  validateSecrets: Pick<CredentialRegistry, 'get'>;
  signingKeys: Pick<CredentialRegistry, 'get'>;
  /** What MCP servers are given by name. */
  mcpSecrets: Pick<CredentialRegistry, 'get'>;
  /** Absent: Jira is not configured. */
  jira?: Jira;
  /** What other clients of Jira in this process send their requests with. */
  jiraCredential?: JiraCredential;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  mapping: LiveMapping;
  notify: Notify;
  announceRun: AnnounceRun;
  announceEnding: AnnounceEnding;
  /** Webhooks that are notified of events. */
  receivers: Receivers;
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
  /** Whether a start puts another map in force where the settings that name it have changed. */
  appliesSettings?: boolean;
  /** Whether GitLab is asked who a credential is only where no process was told lately. */
  remembersAccounts?: boolean;
  /** The image whose tasks this process performs; absent is the default one, and where it performs none. */
  image?: string | undefined;
  /** Ends every request in flight when the process has to stop at once. */
  signal?: AbortSignal;
}

/** Builds the clients of one process. Opens no connection; the map is read by the first `mapping.current()`. */
export async function createPlatform(settings: CommonSettings, options: PlatformOptions): Promise<Platform> {
  const { environment, clock, signal } = options;
  const { agentId, gitlabUrl, runnerImages } = settings;
  const { log, redactor } = options.processLog ?? createProcessLog(settings, options);
  const redact = (text: string) => redactor.redact(text);
  const telemetry = await startTelemetry({ ...settings.telemetry, log, redactor });

  const getCredential = (clientId = settings.identity.clientId) =>
    createAzureCredential({ ...settings.identity, clientId });
  const { keyVaultUri } = settings;
  const keyVault = keyVaultUri === undefined ? undefined : createKeyVault({ vaultUri: keyVaultUri, getCredential });
  const secrets = { environment, keyVault, clock, log, redactor };
  const credentials = createCredentialRegistry(secrets);
  const receivers = createReceivers(secrets);
  const validateSecrets = createCredentialRegistry({ ...secrets, family: VALIDATE_SECRETS });
  const signingKeys = createCredentialRegistry({ ...secrets, family: SIGNING_KEYS });
  const mcpSecrets = createCredentialRegistry({ ...secrets, family: MCP_SECRETS });

  const account = await toStorageAccount(settings.storage, getCredential);
  const storage = createStorage(account, {
    clock,
    log,
    redact,
    images: runnerImages.names,
    ownImage: options.image,
  });
  const client = { clock, log, ...(signal ? { signal } : {}) };
  const accounts = options.remembersAccounts ? storage.accounts : undefined;
  const gitlabPool = createGitLabPool({ ...client, credentials, baseUrl: gitlabUrl, accounts });
  const masking = { redactor, onCredential: createCredentialAlarm({ outbox: storage.outbox, log }) };
  const gitlabFor = async (credentialRef: string) => maskGitLab(await gitlabPool(credentialRef), masking);
  const jiraCredential =
    settings.jira && createJiraCredential(settings.jira, { ...client, redactor, signIns: async () => storage.signIns });
  const jira =
    settings.jira &&
    jiraCredential &&
    maskJira(
      createLateJira({
        ...client,
        siteUrl: settings.jira.siteUrl,
        baseUrl: settings.jira.url,
        credential: jiraCredential,
      }),
      masking,
    );
  const readBlob = createBlobReader(account);

  const mapping = createLiveMapping({
    readText: createMapReader(settings.map, { readBlob }),
    generation: storage.generation,
    checkCredentials: (bindings) => findCredentialProblems(bindings, credentials),
    runnerImages,
    createRegistry: (bindings, withheld) =>
      createRegistry({
        bindings,
        withheld,
        gitlabFor,
        confirmCredential: credentials.confirm,
        gitlabUrl,
        runnerImages,
        cache: storage.projects,
        clock,
        log,
      }),
    applied: storage.appliedMaps,
    rules: MAP_RULES,
    ...(options.appliesSettings ? { setting: digestMapSettings(settings.map) } : {}),
    clock,
    log,
  });
  const lookUps = createBindingLookUps(mapping);
  const announcing = { outbox: storage.outbox, listBindings: lookUps.listBindings };
  const announceRun = createAnnounceRun(announcing);
  // Loaded with the first run that ended: no webhook and no start notifies a person.
  const loadNotifier = once(async () => {
    const { createNotifier } = await import('../services/notifications/create-notifier.ts');
    return createNotifier({ gitlabFor, ...lookUps, agentId, log, ...(jira ? { jira } : {}) });
  });
  return {
    clock,
    log,
    redact,
    maskWritten: (text) => redactor.maskWritten(text),
    telemetry,
    storage,
    account,
    credentials,
    validateSecrets,
    signingKeys,
    mcpSecrets,
    ...(jira && jiraCredential ? { jira, jiraCredential } : {}),
    gitlabFor,
    mapping,
    // The webhook of a run that failed without a runner is notified from here.
    notify: async (run) => {
      await announceRun(run, 'ended');
      const notifyPerson = await loadNotifier();
      await notifyPerson(run);
    },
    announceRun,
    announceEnding: createAnnounceEnding(announcing),
    receivers,
  };
}

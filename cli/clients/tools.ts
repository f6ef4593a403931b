import * as z from 'zod';
import { createAzureCredential } from '../../shared/adapters/identity/azure-credential.ts';
import { createJira } from '../../shared/adapters/jira/create-jira.ts';
import { createKeyVault } from '../../shared/adapters/key-vault/key-vault.ts';
import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import { type ModelProbe, probeModel } from '../../shared/adapters/model/probe-model.ts';
import { createAuditArchive } from '../../shared/adapters/storage/blobs/create-audit-archive.ts';
import { createLedgerFiles } from '../../shared/adapters/storage/blobs/create-ledger-files.ts';
import { createBlobReader } from '../../shared/adapters/storage/blobs/read-blob.ts';
import { createStorageProbe, type StorageProbe } from '../../shared/adapters/storage/probe-storage.ts';
import { createStorage } from '../../shared/adapters/storage/storage.ts';
import { createGitLabPool } from '../../shared/app/create-gitlab-pool.ts';
import { createJiraCredential } from '../../shared/app/create-jira-credential.ts';
import { createMapReader } from '../../shared/app/create-map-reader.ts';
import { archiveShape, ledgerShape } from '../../shared/app/settings/archive-settings.ts';
import { gitlabShape } from '../../shared/app/settings/gitlab-settings.ts';
import { buildJiraSettings, jiraRule, jiraShape } from '../../shared/app/settings/jira-settings.ts';
import { buildMapSettings, type MapSettings, mapRule, mapShape } from '../../shared/app/settings/map-settings.ts';
import { buildProcessSettings, processShape } from '../../shared/app/settings/process-settings.ts';
import type { SettingsPlan } from '../../shared/app/settings/read-settings.ts';
import { buildRunnerImages, runnerImagesShape } from '../../shared/app/settings/runner-images-settings.ts';
import { buildStorageSettings, storageRule, storageShape } from '../../shared/app/settings/storage-settings.ts';
import { buildWebhookSecrets, type WebhookSecrets, webhookShape } from '../../shared/app/settings/webhook-settings.ts';
import { toStorageAccount } from '../../shared/app/to-storage-account.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { EVENTS_SECRETS, EVENTS_URLS, GITLAB_TOKENS } from '../../shared/domain/mapping/credential-names.ts';
import { parseRuntimeMapping } from '../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import type { AuditArchive } from '../../shared/domain/ports/audit-archive.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import type { SignIns } from '../../shared/domain/ports/sign-ins.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import type { RunnerImages } from '../../shared/domain/runs/runner-image.ts';
import { SECOND, systemClock } from '../../shared/kernel/clock.ts';
import { TaskError } from '../../shared/kernel/errors.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { Secret } from '../../shared/kernel/secret.ts';
import {
  type CredentialRegistry,
  createCredentialRegistry,
} from '../../shared/services/credentials/credential-registry.ts';
import { createReceivers, type Receivers } from '../../shared/services/outbound/receivers.ts';
import { MappingError } from '../../shared/services/projects/mapping-error.ts';
import type { KeptDayFiles } from '../../shared/services/runs/archive/kept-days.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';
import { type MappingDisk, nameInput, readMapping } from '../io/read-mapping.ts';
import { readToolSecrets, readToolSettings, withSecrets } from './read-tool-settings.ts';
import { takeReferencedSecrets } from './referenced-secrets.ts';
import { createRowLog } from './row-log.ts';

export type ModelTool = { kind: 'copilot' } | { kind: 'endpoint'; baseUrl: string; probe(): Promise<ModelProbe> };

export interface GitLabTools {
  url: string;
  credentials: Pick<CredentialRegistry, 'describe' | 'get'>;
  /** @throws {TaskError} `credential-unknown` */
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
}

/** Of Jira's only whether there is one: no command spends it. */
export type KnownWebhookSecrets = Omit<WebhookSecrets, 'jiraSecret'> & { hasJiraSecret: boolean };

/**
 * What commands for operators work with, made from the settings of the deployment under their usual names. Each tool
 * asks for the settings it needs and for no others, and reads those that stand in a Key Vault.
 * @throws {UsageError} naming every setting that is missing or wrong.
 */
export interface Tools {
  /** Looks and writes, creates nothing. */
  storage(): Promise<Storage>;
  /** Images besides the default one that bindings may name. */
  runnerImages(): RunnerImages;
  /** Writes and deletes one thing in each service of the storage account. */
  probe(): Promise<StorageProbe>;
  /** `undefined` without KEY_VAULT_URI. */
  keyVault(): Promise<KeyVaultSecrets | undefined>;
  /** `undefined` where the settings name no model. */
  model(): Promise<ModelTool | undefined>;
  /** Where the sign-in to Jira by OAuth is shared. */
  signIns(): Promise<SignIns>;
  /** Where audits are kept. */
  archive(): Promise<AuditArchive>;
  /** Where finished days of the run ledger are kept. */
  ledgerFiles(): Promise<KeptDayFiles>;
  gitlab(): Promise<GitLabTools>;
  jira(): Promise<Jira>;
  /** Webhooks that are notified of events. */
  receivers(): Promise<Receivers>;
  /** The secrets of the webhooks, as the functions have them. */
  webhookSecrets(): Promise<KnownWebhookSecrets>;
  /** The name of the deployment on its claims. */
  agentId(): string;
  /** The bindings of a YAML file, or of the deployment's own map. */
  bindings(path?: string): Promise<readonly Binding[]>;
}

/** A person waits: fewer and shorter tries than a program makes. */
const CLIENT_LIMITS = { timeoutMs: 10 * SECOND, maxWaitMs: 3 * SECOND };

export function createTools(io: Pick<CliIO, 'env' | 'environment' | 'warn'> & MappingDisk): Tools {
  const client = { ...CLIENT_LIMITS, clock: systemClock, log: silentLog };

  const readAccount = async () => {
    const { storage, identity } = await readToolSecrets(STORAGE, io);
    return toStorageAccount(storage, (clientId = identity.clientId) =>
      createAzureCredential({ ...identity, clientId }),
    );
  };

  const runnerImages = () => readToolSettings(IMAGES, io.env);

  const keyVault = async () => {
    const { keyVaultUri, identity } = await readToolSecrets(VAULT, io);
    return keyVaultUri === undefined
      ? undefined
      : createKeyVault({ vaultUri: keyVaultUri, getCredential: () => createAzureCredential(identity) });
  };

  const signIns = async () => {
    try {
      return createStorage(await readAccount()).signIns;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(
        `To sign in to Jira by OAuth the storage account is needed, because the refresh token changes at each use and is kept there. ${error.message}`,
        { cause: error },
      );
    }
  };

  return {
    signIns,
    storage: async () => createStorage(await readAccount(), { log: createRowLog(io), images: runnerImages().names }),

    runnerImages,

    archive: async () => createAuditArchive(await readAccount(), readToolSettings(ARCHIVE, io.env)),
    ledgerFiles: async () => createLedgerFiles(await readAccount(), readToolSettings(LEDGER, io.env)),

    probe: async () => createStorageProbe(await readAccount()),

    keyVault,

    async model() {
      const { GITHUB_TOKEN: token, COPILOT_PROVIDER_BASE_URL } = io.env;
      if (!COPILOT_PROVIDER_BASE_URL) return token ? { kind: 'copilot' } : undefined;
      const { COPILOT_PROVIDER_BASE_URL: baseUrl = '', COPILOT_PROVIDER_API_KEY: apiKey } = await withSecrets(
        ['COPILOT_PROVIDER_BASE_URL', 'COPILOT_PROVIDER_API_KEY'],
        io,
      );
      const endpoint = { baseUrl, ...(apiKey ? { apiKey: new Secret(apiKey) } : {}) };
      return { kind: 'endpoint', baseUrl, probe: () => probeModel(endpoint) };
    },

    async gitlab() {
      const { env, rule, over } = takeReferencedSecrets(io, [GITLAB_TOKENS]);
      const { url, keyVaultUri, identity } = await readToolSecrets({ ...GITLAB, rules: [rule] }, { ...io, env });
      const getCredential = () => createAzureCredential(identity);
      const keyVault = keyVaultUri === undefined ? undefined : createKeyVault({ vaultUri: keyVaultUri, getCredential });
      const credentials = createCredentialRegistry({
        ...client,
        environment: env,
        keyVault: over(keyVault),
        redactor: io.environment?.redactor,
      });
      return {
        url,
        credentials,
        gitlabFor: createGitLabPool({ ...client, maxAttempts: 2, credentials, baseUrl: url }),
      };
    },

    async jira() {
      const settings = await readToolSecrets(JIRA, io);
      const credential = createJiraCredential(settings, { ...client, signIns, redactor: io.environment?.redactor });
      return createJira({ ...client, ...settings, credential, maxAttempts: 2, baseUrl: settings.url });
    },

    async receivers() {
      const { env, over } = takeReferencedSecrets(io, [EVENTS_URLS, EVENTS_SECRETS]);
      return createReceivers({
        ...client,
        environment: env,
        keyVault: over(await keyVault()),
        redactor: io.environment?.redactor,
      });
    },

    async webhookSecrets() {
      const isInVault = io.environment?.references.has(JIRA_SECRET) === true;
      const env = isInVault ? { ...io.env, [JIRA_SECRET]: undefined } : io.env;
      const { jiraSecret, ...secrets } = await readToolSecrets(WEBHOOKS, { ...io, env });
      return { ...secrets, hasJiraSecret: isInVault || jiraSecret !== undefined };
    },

    agentId: () => readToolSettings(AGENT, io.env),

    async bindings(path) {
      if (path !== undefined) return unwrap(nameInput(path), await readMapping(path, io));
      const settings = await readToolSecrets(MAP, io);
      const readBlob = async (url: string) => createBlobReader(await readAccount())(url);
      const wasApplied = async () => (await createStorage(await readAccount()).appliedMaps.findVersion()) !== undefined;
      return unwrap('the project map', await readMap(settings, readBlob, wasApplied));
    },
  };
}

async function readMap(
  settings: MapSettings,
  readBlob: (url: string) => Promise<string>,
  wasApplied: () => Promise<boolean>,
) {
  try {
    return parseRuntimeMapping(await createMapReader(settings, { readBlob })(wasApplied));
  } catch (error) {
    if (!(error instanceof MappingError)) throw error;
    // Storage that does not answer has a line of its own.
    if (error.cause instanceof TaskError && error.cause.code === 'storage-unavailable') throw error.cause;
    return { problems: error.problems };
  }
}

function unwrap(
  name: string,
  parsed: { bindings: readonly Binding[] } | { problems: readonly { where: string; message: string }[] },
): readonly Binding[] {
  if ('bindings' in parsed) return parsed.bindings;
  const [first] = parsed.problems;
  const count = parsed.problems.length;
  const more = count > 1 ? `; ${count} problems in all, which \`cmap validate\` lists with their lines` : '';
  throw new UsageError(`${name} cannot be used: ${first?.where}: ${first?.message}${more}`);
}

type IdentityValues = z.output<z.ZodObject<typeof identityShape>>;

const { AZURE_CLIENT_ID, IDENTITY_ENDPOINT } = processShape;
const identityShape = { AZURE_CLIENT_ID, IDENTITY_ENDPOINT };

function buildIdentity(values: IdentityValues) {
  const defaults = z.object(processShape).parse({});
  return buildProcessSettings({ ...defaults, ...values }, 'cmap-cli').identity;
}

const STORAGE = plan({ ...storageShape, ...identityShape }, [storageRule], (values) => ({
  storage: buildStorageSettings(values, values.AZURE_CLIENT_ID),
  identity: buildIdentity(values),
}));

const GITLAB = plan({ ...gitlabShape, ...identityShape }, [], (values) => ({
  url: values.GITLAB_URL,
  keyVaultUri: values.KEY_VAULT_URI,
  identity: buildIdentity(values),
}));

/** Here Jira is not off when its settings are missing: the command needs it. */
const JIRA = plan(jiraShape, [jiraRule], (values) => {
  const settings = buildJiraSettings(values);
  if (!settings)
    throw new UsageError(
      'JIRA_URL and JIRA_API_TOKEN (or JIRA_OAUTH_CLIENT_ID) are missing: set them as the functions have them.',
    );
  return settings;
});

const VAULT = plan({ KEY_VAULT_URI: gitlabShape.KEY_VAULT_URI, ...identityShape }, [], (values) => ({
  keyVaultUri: values.KEY_VAULT_URI,
  identity: buildIdentity(values),
}));

const AGENT = plan({ AGENT_ID: processShape.AGENT_ID }, [], ({ AGENT_ID }) => AGENT_ID);

const JIRA_SECRET = 'JIRA_WEBHOOK_SECRET';

const WEBHOOKS = plan(webhookShape, [], buildWebhookSecrets);

const IMAGES = plan(runnerImagesShape, [], buildRunnerImages);

const ARCHIVE = plan(archiveShape, [], ({ AUDIT_CONTAINER }) => AUDIT_CONTAINER);

const LEDGER = plan(ledgerShape, [], ({ LEDGER_CONTAINER }) => LEDGER_CONTAINER);

const MAP = plan(mapShape, [mapRule], buildMapSettings);

function plan<Shape extends z.ZodRawShape, Settings>(
  shape: Shape,
  rules: SettingsPlan<z.ZodObject<Shape>, Settings>['rules'],
  build: (values: z.output<z.ZodObject<Shape>>) => Settings,
): SettingsPlan<z.ZodObject<Shape>, Settings> {
  return { schema: z.object(shape), rules, build };
}

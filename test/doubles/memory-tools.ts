import type { KnownWebhookSecrets, ModelTool, Tools } from '../../cli/clients/tools.ts';
import type { Environment } from '../../shared/adapters/key-vault/environment-credentials.ts';
import type { KeyVaultSecrets } from '../../shared/adapters/key-vault/key-vault-secrets.ts';
import type { StorageProbe } from '../../shared/adapters/storage/probe-storage.ts';
import type { Binding } from '../../shared/domain/mapping/binding.ts';
import { parseRuntimeMapping } from '../../shared/domain/mapping/source/parse-runtime-mapping.ts';
import type { GitLab } from '../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../shared/domain/ports/jira.ts';
import { NO_RUNNER_IMAGES, type RunnerImages } from '../../shared/domain/runs/runner-image.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createReceivers } from '../../shared/services/outbound/receivers.ts';
import type { KeptDayFiles } from '../../shared/services/runs/archive/kept-days.ts';
import { createMemoryArtefacts } from './memory-artefacts.ts';
import { createMemoryStorage, type MemoryStorage } from './memory-storage.ts';
import { only } from './only.ts';

export interface MemoryToolsOptions {
  storage?: MemoryStorage;
  /** The runtime form, by Jira project. */
  mappings?: Record<string, object>;
  /** Only what the test expects to be asked. */
  gitlab?: Partial<GitLab>;
  jira?: Partial<Jira>;
  probe?: Partial<StorageProbe>;
  keyVault?: KeyVaultSecrets;
  model?: ModelTool;
  webhookSecrets?: KnownWebhookSecrets;
  /** Where the webhooks of events have their URLs. */
  environment?: Environment;
  /** Images besides the default one. */
  runnerImages?: RunnerImages;
  /** Finished days of the run ledger. */
  ledgerFiles?: KeptDayFiles;
}

/** Tools for tests of commands: storage in memory, and of GitLab and Jira as much as a test says. */
export function createMemoryTools({
  storage,
  mappings = {},
  gitlab = {},
  jira = {},
  probe = {},
  runnerImages = NO_RUNNER_IMAGES,
  keyVault,
  model,
  webhookSecrets = { hasJiraSecret: false },
  environment = {},
  ledgerFiles = createMemoryArtefacts(),
}: MemoryToolsOptions = {}): Tools {
  const memory = storage ?? createMemoryStorage();
  return {
    storage: async () => memory,
    signIns: async () => memory.signIns,
    ledgerFiles: async () => ledgerFiles,
    archive: () => Promise.reject(new Error('no test keeps audits in memory')),
    gitlab: async () => ({
      url: 'https://gitlab.example.com',
      credentials: {
        describe: () => [{ alias: 'default', source: 'environment', name: 'GITLAB_TOKEN' }],
        get: () => Promise.reject(new Error('no test spends a token')),
      },
      gitlabFor: async () => only<GitLab>(gitlab),
    }),
    jira: async () => only<Jira>(jira),
    runnerImages: () => runnerImages,
    probe: async () => ({ queue: nothing, table: nothing, blob: nothing, ...probe }),
    keyVault: async () => keyVault,
    model: async () => model,
    webhookSecrets: async () => webhookSecrets,
    receivers: async () => createReceivers({ environment, keyVault, clock: systemClock, log: silentLog }),
    agentId: () => 'cmap',
    bindings: async () => parse(mappings),
  };
}

async function nothing(): Promise<void> {}

function parse(mappings: Record<string, object>): readonly Binding[] {
  const parsed = parseRuntimeMapping(JSON.stringify({ mappings }));
  if ('problems' in parsed) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.bindings;
}

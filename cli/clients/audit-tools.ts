import * as z from 'zod';
import { createAzureCredential } from '../../shared/adapters/identity/azure-credential.ts';
import { createKeyVault } from '../../shared/adapters/key-vault/key-vault.ts';
import { createAuditFetch } from '../../shared/app/create-audit-fetch.ts';
import { createJiraCredential } from '../../shared/app/create-jira-credential.ts';
import { gitlabShape } from '../../shared/app/settings/gitlab-settings.ts';
import { buildJiraSettings, jiraRule, jiraShape } from '../../shared/app/settings/jira-settings.ts';
import { processShape } from '../../shared/app/settings/process-settings.ts';
import type { SettingsPlan, SettingsRule } from '../../shared/app/settings/read-settings.ts';
import { GITLAB_TOKENS } from '../../shared/domain/mapping/credential-names.ts';
import type { AuditArchive } from '../../shared/domain/ports/audit-archive.ts';
import type { EvidenceFetch } from '../../shared/domain/ports/evidence.ts';
import type { RunLedger } from '../../shared/domain/ports/run-ledger.ts';
import { systemClock } from '../../shared/kernel/clock.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { createCredentialRegistry } from '../../shared/services/credentials/credential-registry.ts';
import { joinArchive } from '../../shared/services/runs/archive/join-archive.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';
import type { MappingDisk } from '../io/read-mapping.ts';
import { hasStorage } from './has-storage.ts';
import { readToolSecrets } from './read-tool-settings.ts';
import { takeReferencedSecrets } from './referenced-secrets.ts';
import { createTools, type Tools } from './tools.ts';

export interface AuditServices {
  fetch: EvidenceFetch;
  siteUrl: string;
  /** Absent where no storage account is set: then who asked the agent for a change is not known. */
  ledger?: () => Promise<Pick<RunLedger, 'listSince'>>;
  /** Audits that are kept; absent where no storage account is set. */
  kept?: () => Promise<Pick<AuditArchive, 'list' | 'find'>>;
}

/**
 * What an audit works with, made from the settings of the deployment. @throws {UsageError} naming every setting that is
 * missing or wrong.
 */
export interface AuditTools extends Pick<Tools, 'bindings' | 'archive'> {
  services(): Promise<AuditServices>;
}

const { AZURE_CLIENT_ID, IDENTITY_ENDPOINT } = processShape;
const SETTINGS = z.object({ ...gitlabShape, ...jiraShape, AZURE_CLIENT_ID, IDENTITY_ENDPOINT });

function auditPlan(tokens: SettingsRule): SettingsPlan<typeof SETTINGS, z.output<typeof SETTINGS>> {
  return { schema: SETTINGS, rules: [tokens, jiraRule], build: (values) => values };
}

export function createAuditTools(io: Pick<CliIO, 'env' | 'environment' | 'warn'> & MappingDisk): AuditTools {
  const { bindings, archive, storage, ledgerFiles, signIns } = createTools(io);
  return {
    bindings,
    archive,
    async services() {
      const { env, rule, over } = takeReferencedSecrets(io, [GITLAB_TOKENS]);
      const values = await readToolSecrets(auditPlan(rule), { ...io, env });
      const jira = buildJiraSettings(values);
      if (!jira)
        throw new UsageError(
          'JIRA_URL and JIRA_API_TOKEN (or JIRA_OAUTH_CLIENT_ID) are missing: set them as the functions have them.',
        );
      const client = { clock: systemClock, log: silentLog };
      const redactor = io.environment?.redactor;
      const identity = { clientId: values.AZURE_CLIENT_ID, managedIdentity: values.IDENTITY_ENDPOINT !== undefined };
      const keyVault =
        values.KEY_VAULT_URI === undefined
          ? undefined
          : createKeyVault({ vaultUri: values.KEY_VAULT_URI, getCredential: () => createAzureCredential(identity) });
      const credentials = createCredentialRegistry({ ...client, environment: env, keyVault: over(keyVault), redactor });
      return {
        fetch: createAuditFetch({
          ...client,
          gitlabUrl: values.GITLAB_URL,
          credentials,
          jira,
          jiraCredential: createJiraCredential(jira, { ...client, signIns, redactor }),
        }),
        siteUrl: jira.siteUrl,
        ...(hasStorage(io.env)
          ? { ledger: async () => joinArchive((await storage()).ledger, await ledgerFiles()), kept: archive }
          : {}),
      };
    },
  };
}

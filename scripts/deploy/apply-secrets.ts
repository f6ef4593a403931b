import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';

import { GITLAB_TOKENS } from '../../shared/domain/mapping/credential-names.ts';
import { uniqueNames } from '../../shared/kernel/text/unique-names.ts';
import { type Facts, fillIn, listFact, SecretsToSet } from './facts.ts';
import { makeOwnSecrets } from './own-secrets.ts';
import type { Step } from './step.ts';
import { captureOrFail, StepError } from './step-error.ts';
import type { DeployTools } from './tools.ts';

const { vault: TOKEN_OF_DEFAULT, vaultMap: TOKENS_OF_MANY } = GITLAB_TOKENS;

const TRIES = 10;
const BETWEEN_TRIES_MS = 30_000;

/**
 * Sets every secret that is missing: ours are made, the rest is asked for. Where there is no person, all that are
 * missing are named at once. Values go through a file only this user may read, never through arguments or output.
 */
export async function applySecrets(step: Step & { kind: 'secrets' }, tools: DeployTools): Promise<void> {
  const missing = await listMissing(step, tools);
  const values = makeOwnSecrets(missing.map(({ secret }) => secret));
  const unanswered: string[] = [];
  for (const { vault, secret } of missing) {
    const value = values.get(secret) ?? (await tools.askSecret(`${secret}: ${describe(secret)}`));
    if (value) await setSecret({ vault, secret, value }, step, tools);
    else unanswered.push(`${secret} in ${vault} (${describe(secret)})`);
  }
  if (unanswered.length > 0)
    throw new StepError(
      `missing: ${unanswered.join('; ')}. Set each with: az keyvault secret set --vault-name VAULT --name SECRET --file FILE`,
    );
  tools.print(
    missing.length === 0 ? '      all are there' : `      set: ${missing.map(({ secret }) => secret).join(', ')}`,
  );
}

async function listMissing(step: Step & { kind: 'secrets' }, tools: DeployTools) {
  const lists = listWanted(tools.facts).map(async ({ vault, secrets }) => {
    const present = new Set(await listPresent(step, vault, tools));
    // Tokens of many aliases may be in one secret; `cmap doctor` looks at each.
    const isThere = (secret: string) => present.has(secret) || (isToken(secret) && present.has(TOKENS_OF_MANY));
    return secrets.filter((secret) => !isThere(secret)).map((secret) => ({ vault, secret }));
  });
  return (await Promise.all(lists)).flat();
}

/**
 * What each vault must hold: what Terraform says, and in the vault of GitLab tokens what the mapping names. Terraform
 * always names the token of `default`, which a mapping need not use.
 */
function listWanted(facts: Facts): { vault: string; secrets: string[] }[] {
  const wanted = Object.entries(SecretsToSet.parse(JSON.parse(facts.get('secrets_to_set') ?? '{}')));
  const ofMap = listFact('secrets_of_map', facts);
  return wanted.map(([vault, names]) => {
    if (vault !== facts.get('gitlab_key_vault')) return { vault, secrets: names };
    return { vault, secrets: uniqueNames([...ofMap, ...names.filter((name) => name !== TOKEN_OF_DEFAULT)]) };
  });
}

function isToken(secret: string): boolean {
  return secret === TOKEN_OF_DEFAULT || secret.startsWith(`${TOKEN_OF_DEFAULT}--`);
}

async function listPresent(step: Step & { kind: 'secrets' }, vault: string, tools: DeployTools): Promise<string[]> {
  const command = fillIn(step.list, withFacts(tools.facts, { vault }));
  for (let left = TRIES; ; left -= 1) {
    try {
      return z.array(z.string()).parse(JSON.parse((await captureOrFail(command, tools)).stdout));
    } catch (error) {
      if (left <= 1 || !(error instanceof StepError)) throw error;
      tools.print(`      ${vault} does not let us in yet; again in half a minute (${left - 1} times more)`);
      await tools.sleep(BETWEEN_TRIES_MS);
    }
  }
}

async function setSecret(
  one: { vault: string; secret: string; value: string },
  step: Step & { kind: 'secrets' },
  tools: DeployTools,
) {
  const folder = mkdtempSync(path.join(tmpdir(), 'cmap-secret-'));
  const file = path.join(folder, 'value');
  try {
    writeFileSync(file, one.value, { mode: 0o600 });
    const { vault, secret } = one;
    await captureOrFail(fillIn(step.set, withFacts(tools.facts, { vault, secret, file })), tools);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withFacts(facts: Facts, more: Record<string, string>): Facts {
  return new Map([...facts, ...Object.entries(more)]);
}

function describe(secret: string): string {
  if (secret.startsWith('gitlab-token')) return 'a GitLab token of role Developer, scopes api and write_repository';
  const [family = secret] = secret.split('--');
  return DESCRIPTIONS[secret] ?? OF_THE_MAP[family] ?? 'a secret extra_secrets names';
}

const OF_THE_MAP: Record<string, string> = {
  'events-url': 'the https address of a webhook that `events` of the project map names',
  'events-secret': 'what signs events to that webhook: whsec_ and 24 to 64 random bytes in base64, known to it as well',
  'validate-secret': 'a secret that `validate_env` of the project map names',
  'mcp-secret': 'a secret that `mcp_servers` of the project map names',
  'signing-key':
    'an SSH key without a passphrase that `commit.signing_key_ref` of the project map names, as one line: base64 -w0 KEYFILE',
};

const DESCRIPTIONS: Record<string, string> = {
  'jira-api-token': 'the API token of the Jira account of the agent',
  'jira-oauth-client-secret': 'the secret of the OAuth app by which the agent signs in to Jira',
  'jira-oauth-refresh-token': 'the refresh token the account of the agent got when it authorized that app',
  'github-token': 'the token of a GitHub account with a Copilot licence',
  'copilot-provider-api-key': 'the key of your model endpoint',
  'gitlab-webhook-signing-token': 'the signing token GitLab shows where the webhook is made',
};

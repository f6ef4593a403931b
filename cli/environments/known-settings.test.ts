import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { Secret } from '../../shared/kernel/secret.ts';
import { findNearSetting, findSetting, isSecretSetting, judgeSetting, KNOWN_SETTINGS } from './known-settings.ts';

it('takes for a secret what the settings of the product do', () => {
  // Good enough for every schema of a secret, and read as one by no other.
  const sample = 'UseDevelopmentStorage=true';
  const secrets = Object.entries(KNOWN_SETTINGS).flatMap(([name, schema]) =>
    z.safeParse(schema, sample).data instanceof Secret ? [name] : [],
  );
  expect(secrets).toContain('JIRA_API_TOKEN');
  expect(secrets.filter((name) => !isSecretSetting(name))).toEqual([]);
  for (const name of Object.keys(KNOWN_SETTINGS).filter((one) => /TOKEN$|SECRET$|_KEY$/.test(one)))
    expect(isSecretSetting(name)).toBe(true);
});

it.each([
  { given: 'jira_url', name: 'JIRA_URL' },
  { given: 'runner_images', name: 'RUNNER_IMAGES' },
  { given: 'azurewebjobsstorage__accountname', name: 'AzureWebJobsStorage__accountName' },
  { given: 'GITLAB_TOKEN__platform_team', name: 'GITLAB_TOKEN__PLATFORM_TEAM' },
  { given: 'events_url__Team_A', name: 'EVENTS_URL__TEAM_A' },
  { given: 'EVENTS_SECRET', name: 'EVENTS_SECRET' },
  { given: 'VALIDATE_SECRET__NPM_READ', name: 'VALIDATE_SECRET__NPM_READ' },
  { given: 'mcp_secret__wiki_read', name: 'MCP_SECRET__WIKI_READ' },
  { given: 'GITLAB_TOKEN__<ALIAS>', name: undefined },
  { given: 'GITLAB_TOKEN__', name: undefined },
  { given: 'gitlab_token', name: 'GITLAB_TOKEN' },
  { given: 'WEBSITE_CONTENTSHARE', name: undefined },
])('finds $name by $given', ({ given, name }) => {
  expect(findSetting(given)).toBe(name);
});

it('suggests a near name', () => {
  expect(findNearSetting('JRIA_URL')).toBe('JIRA_URL');
});

it.each([
  { name: 'JIRA_URL', text: ' https://a.atlassian.net ', kept: { kind: 'value', value: 'https://a.atlassian.net' } },
  { name: 'JIRA_URL', text: 'http://a.atlassian.net', kept: { kind: 'invalid' } },
  { name: 'JIRA_URL', text: 'https://user:canary@a.atlassian.net', kept: { kind: 'secret' } },
  { name: 'RUNNER_IMAGES', text: 'python,go', kept: { kind: 'value', value: 'python,go' } },
  { name: 'RUNNER_IMAGES', text: 'Python', kept: { kind: 'invalid' } },
  { name: 'AGENT_ID', text: ' ', kept: { kind: 'invalid' } },
  { name: 'JIRA_API_TOKEN', text: 'canary-of-a-token', kept: { kind: 'secret' } },
  { name: 'AzureWebJobsStorage', text: 'AccountName=x;AccountKey=canary', kept: { kind: 'secret' } },
  { name: 'EVENTS_URL__TEAM_A', text: 'https://hooks.example.com/canary', kept: { kind: 'secret' } },
  // A token in the place of something else.
  { name: 'JIRA_EMAIL', text: `glpat-${'c'.repeat(20)}`, kept: { kind: 'secret' } },
  {
    name: 'JIRA_API_TOKEN',
    text: '@Microsoft.KeyVault(VaultName=kv;SecretName=jira)',
    kept: { kind: 'reference', reference: { vault: 'https://kv.vault.azure.net', secret: 'jira' } },
  },
  { name: 'JIRA_API_TOKEN', text: '@Microsoft.KeyVault(canary)', kept: { kind: 'invalid' } },
])('judges $name as $kept.kind', ({ name, text, kept }) => {
  const judged = judgeSetting(name, text);
  expect(judged).toMatchObject(kept);
  expect(JSON.stringify(judged)).not.toContain('canary');
});

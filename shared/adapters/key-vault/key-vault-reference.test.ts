import { expect, it } from 'vitest';
import { formatKeyVaultReference, parseKeyVaultReference } from './key-vault-reference.ts';

const KV = { vault: 'https://kv-cmap.vault.azure.net', secret: 'jira-api-token' };

it.each([
  { inside: 'SecretUri=https://kv-cmap.vault.azure.net/secrets/jira-api-token', reference: KV },
  { inside: 'SecretUri=https://kv-cmap.vault.azure.net/secrets/jira-api-token/', reference: KV },
  { inside: ' secreturi = https://kv-cmap.vault.azure.net/secrets/jira-api-token ', reference: KV },
  {
    inside: 'SecretUri=https://kv-cmap.vault.azure.net/secrets/jira-api-token/0a1b',
    reference: { ...KV, version: '0a1b' },
  },
  { inside: 'VaultName=kv-cmap;SecretName=jira-api-token', reference: KV },
  { inside: 'VaultName=kv-cmap; SecretName=jira-api-token; SecretVersion=0a1b', reference: { ...KV, version: '0a1b' } },
  { inside: 'SecretUri=http://kv-cmap.vault.azure.net/secrets/jira-api-token', reference: undefined },
  { inside: 'SecretUri=https://kv-cmap.vault.azure.net/keys/jira-api-token', reference: undefined },
  { inside: 'SecretName=jira-api-token', reference: undefined },
  { inside: 'VaultName=kv-cmap', reference: undefined },
  { inside: '', reference: undefined },
])('reads $inside', ({ inside, reference }) => {
  expect(parseKeyVaultReference(`@Microsoft.KeyVault(${inside})`)).toEqual(reference);
});

it('reads its own text, and takes nothing else for a reference', () => {
  for (const reference of [KV, { ...KV, version: '0a1b' }])
    expect(parseKeyVaultReference(formatKeyVaultReference(reference))).toEqual(reference);
  expect(parseKeyVaultReference('https://kv-cmap.vault.azure.net/secrets/jira-api-token')).toBeUndefined();
});

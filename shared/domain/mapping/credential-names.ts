export const DEFAULT_CREDENTIAL_REF = 'default';

/** `GITLAB_TOKEN` for `default`, otherwise `GITLAB_TOKEN__PLATFORM_TEAM` for `platform_team`. */
export function toEnvironmentName(credentialRef: string): string {
  if (credentialRef.toLowerCase() === DEFAULT_CREDENTIAL_REF) return 'GITLAB_TOKEN';
  return `GITLAB_TOKEN__${credentialRef.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * `gitlab-token` for `default`, otherwise `gitlab-token--platform-team` for `platform_team`. Key Vault allows letters,
 * digits and dashes only and ignores case.
 */
export function toKeyVaultName(credentialRef: string): string {
  if (credentialRef.toLowerCase() === DEFAULT_CREDENTIAL_REF) return 'gitlab-token';
  return `gitlab-token--${credentialRef.toLowerCase().replaceAll('_', '-')}`;
}

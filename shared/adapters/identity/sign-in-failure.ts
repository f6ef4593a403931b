/**
 * Whether a call failed because this process could not sign in to Azure: no way to was there, or its session has ended.
 * Read by name, as `@azure/identity` documents it, so that the library is loaded only where it signs in.
 */
export function isSignInFailure(error: unknown): boolean {
  return error instanceof Error && NAMES.has(error.name);
}

const NAMES = new Set(['AggregateAuthenticationError', 'AuthenticationRequiredError', 'CredentialUnavailableError']);

import { Secret } from '../../kernel/secret.ts';

/** Every secret in a settings object, for the redactor; the key inside a connection string counts as one too. */
export function collectSecrets(settings: unknown): Secret[] {
  if (settings instanceof Secret) return [settings, ...findKeys(settings)];
  if (typeof settings !== 'object' || settings === null) return [];
  return Object.values(settings).flatMap(collectSecrets);
}

function findKeys(secret: Secret): Secret[] {
  const keys = secret.reveal().matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/gi);
  return [...keys].flatMap(([, key]) => (key ? [new Secret(key)] : []));
}

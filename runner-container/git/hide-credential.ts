import type { Secret } from '../../shared/kernel/secret.ts';

/**
 * The text without the credential in any form git or a server could echo: raw, URI-encoded, base64 of a basic header.
 */
export function hideCredential(text: string, credential: Secret | undefined): string {
  if (!credential) return text;
  const value = credential.reveal();
  const forms = [value, encodeURIComponent(value), base64(`oauth2:${value}`), base64(value)];
  return forms.reduce((hidden, form) => hidden.replaceAll(form, '[secret]'), text);
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64');
}

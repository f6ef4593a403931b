import { createRedactor } from '../../shared/kernel/redaction/redact.ts';
import type { Secret } from '../../shared/kernel/secret.ts';

/** The text without the credential in any form git or a server could echo, and otherwise unchanged. */
export function hideCredential(text: string, credential: Secret | undefined): string {
  if (!credential) return text;
  const redactor = createRedactor();
  redactor.add(credential);
  return redactor.maskKnown(text);
}

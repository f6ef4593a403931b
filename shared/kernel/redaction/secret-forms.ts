/** Forms below this length are left alone: masking two letters would make every line unreadable. */
export const SHORTEST_MASKED = 4;

/** A stripped base64 core is only a reliable sign of the secret from this length on. */
const SHORTEST_BASE64 = 6;

export interface SecretForms {
  /**
   * The value as it may appear in text: raw, URI-encoded once or twice, form-encoded, escaped for JSON once or twice,
   * in single quotes of a shell, and with the `=3D` of a mail.
   */
  plain: string[];
  /**
   * The part of the value's base64 that does not depend on its neighbours, for each of the three alignments: it is
   * inside the base64 of `oauth2:<value>`, `<email>:<value>` and of anything else that contains the value.
   */
  base64: string[];
}

/** Every form in which a secret value may be emitted by the libraries and services we use. */
export function listSecretForms(value: string): SecretForms {
  const json = escapeForJson(value);
  const plain = [
    value,
    encodeUri(value),
    lowerHex(encodeUri(value)),
    encodeUri(encodeUri(value)),
    encodeUri(lowerHex(encodeUri(value))),
    new URLSearchParams([['', value]]).toString().slice(1),
    json,
    escapeForJson(json),
    value.replaceAll("'", String.raw`'\''`),
    value.replaceAll('=', '=3D'),
  ];
  const base64 = [0, 1, 2].map((offset) => base64Core(value, offset)).flatMap((core) => [core, toBase64Url(core)]);
  return {
    plain: [...new Set(plain)].filter((form) => form.length >= SHORTEST_MASKED),
    base64: [...new Set(base64)].filter((form) => form.length >= SHORTEST_BASE64),
  };
}

function encodeUri(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function lowerHex(encoded: string): string {
  return encoded.replaceAll(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
}

function escapeForJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** Each base64 character carries 6 bits; characters that mix in bits of a neighbouring byte are cut off. */
function base64Core(value: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const first = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(first, end);
}

function toBase64Url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}

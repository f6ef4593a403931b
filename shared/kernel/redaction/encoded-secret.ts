import { findKeyEnd } from './find-key-end.ts';
import { isPlaceholder } from './is-placeholder.ts';

/**
 * Offset at which the base64 ends that begins at `start` and holds a private key or the logins of container registries,
 * as kubeconfigs and Secrets of Kubernetes do; `undefined` for anything else, such as a certificate.
 */
export function findEncodedEnd(text: string, start: number): number | undefined {
  const base64 = readAt(WRAPPED, text, start);
  const plain = decode(base64);
  const header = KEY_HEADER.exec(plain);
  const isKey = header !== null && findKeyEnd(plain, header.index + header[0].length) !== undefined;
  return isKey || REGISTRY_LOGIN.test(plain) ? start + base64.length : undefined;
}

/** Offset at which the base64 of `user:password` ends that begins at `start`; `undefined` where it is none. */
export function findLoginEnd(text: string, start: number): number | undefined {
  const base64 = readAt(RUN, text, start);
  return LOGIN.test(decode(base64)) ? start + base64.length : undefined;
}

/** Whether the base64 of a login has a password that stands for one only: `user:password`. */
export function isPlaceholderLogin(base64: string): boolean {
  const login = decode(base64);
  const password = LOGIN.exec(login)?.[1];
  if (password === undefined) return false;
  const address = `//${login}@`;
  return isPlaceholder(address, address.length - 1 - password.length, address.length - 1);
}

const RUN = /[A-Za-z0-9+/]{6,8000}={0,2}/y;
/** Some programs break the lines. One that begins as another secret does is read for that one only. */
const WRAPPED =
  /[A-Za-z0-9+/]{20,}(?:\s{1,40}(?!LS0tLS1C|eyJhdXRo|ewo)[A-Za-z0-9+/]{40,})*(?:\s{1,40}[A-Za-z0-9+/]{1,100}(?==))?={0,2}/y;
const KEY_HEADER = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
/** `auths` of docker's `config.json`. */
const REGISTRY_LOGIN = /"(?:auth|password|identitytoken)"\s{0,20}:\s{0,20}"[^"]/;
/** RFC 7617: no colon in the name. Bytes that are no text are no login. */
const LOGIN = /^[!-9;-~]{1,200}:([ -~]{1,4000})$/;

function readAt(pattern: RegExp, text: string, start: number): string {
  pattern.lastIndex = start;
  return pattern.exec(text)?.[0] ?? '';
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1');
}

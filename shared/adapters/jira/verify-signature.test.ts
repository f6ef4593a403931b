import { expect, it } from 'vitest';

import { Secret } from '../../kernel/secret.ts';
import { verifyJiraSignature } from './verify-signature.ts';

const body = 'Hello World!';
// The example of Atlassian's documentation.
const secret = new Secret("It's a Secret to Everybody");
const digest = 'a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9';

it.each<{ name: string; header: string | null | undefined; body?: Uint8Array | string; valid: boolean }>([
  { name: 'accepts the documented example', header: `sha256=${digest}`, valid: true },
  { name: 'accepts raw bytes', header: `sha256=${digest}`, body: new TextEncoder().encode(body), valid: true },
  { name: 'accepts upper case digits', header: `sha256=${digest.toUpperCase()}`, valid: true },
  { name: 'refuses another body', header: `sha256=${digest}`, body: `${body} `, valid: false },
  { name: 'refuses another digest', header: `sha256=${digest.replace('a', 'b')}`, valid: false },
  { name: 'refuses a shorter digest', header: `sha256=${digest.slice(2)}`, valid: false },
  { name: 'refuses a longer digest', header: `sha256=${digest}00`, valid: false },
  { name: 'refuses another method', header: `sha1=${digest.slice(0, 40)}`, valid: false },
  { name: 'refuses a bare digest', header: digest, valid: false },
  { name: 'refuses a list', header: `sha256=${digest}, sha256=${digest}`, valid: false },
  { name: 'refuses an empty header', header: '', valid: false },
  { name: 'refuses no header', header: null, valid: false },
])('$name', ({ header, body: other, valid }) => {
  expect(verifyJiraSignature(other ?? body, header, secret)).toBe(valid);
});

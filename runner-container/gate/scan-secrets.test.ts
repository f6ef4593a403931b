import { describe, expect, it } from 'vitest';

import { toAddedText } from '../git/read-added-text.ts';
import { scanNames, scanSecrets } from './scan-secrets.ts';

// Put together here so that no scanner takes this file for a leak.
const GITLAB_TOKEN = ['glpat', 'Ab3dEf6hIj9kLm2nOp5q'].join('-');
const AWS_KEY = `AWS_SECRET_ACCESS_KEY=${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY'}`;

function added(text: string, lines?: number[]) {
  const all = text.split('\n').map((_, index) => index + 1);
  return { path: 'src/config.ts', text, addedLines: new Set(lines ?? all) };
}

describe('scanSecrets', () => {
  it.each([
    { name: 'a GitLab token', text: `a\nconst t = "${GITLAB_TOKEN}";`, line: 2, kind: 'GitLab token' },
    { name: 'an AWS key', text: AWS_KEY, line: 1, kind: 'AWS secret access key' },
    {
      name: 'a database URL with a password',
      text: `url = 'postgres://app:${'s3cr3tPassw0rd'}@db.example.com:5432/app'`,
      line: 1,
      kind: 'password in a URL',
    },
    {
      name: 'a token behind a comment that would switch the scan off',
      text: `// secretlint-disable\nconst t = "${GITLAB_TOKEN}";`,
      line: 2,
      kind: 'GitLab token',
    },
  ])('finds $name, and does not repeat it', async ({ text, line, kind }) => {
    const violations = await scanSecrets([added(text)]);
    expect(violations).toEqual([
      { rule: 'secret', path: 'src/config.ts', message: `Line ${line} looks like a credential (${kind}).` },
    ]);
    expect(JSON.stringify(violations)).not.toMatch(/Ab3dEf6h|wJalrXUt|s3cr3t/);
  });

  // Join the parts, and it is the value of `AZURE=` in a file that people call .env.
  const AZURE = [
    'Account',
    'Key=',
    'q1W2e3R4t5Y6u7I8o9P0a1S2d3F4g5H6j7K8l9Z0x1C2v3B4n5M6q7W8e9R0t1Y2u3I4o5P6a7S8d9==',
  ].join('');

  it.each(['\r', '\u2028', '\u2029', '\v', '\f', '\u0085'])(
    'finds a token behind %j and names the line as git counts it',
    async (lineEnd) => {
      const text = `10%${lineEnd}20%${lineEnd}done\nT=${GITLAB_TOKEN}\n`;
      expect(await scanSecrets([added(text, [2])])).toMatchObject([{ message: expect.stringContaining('Line 2 ') }]);
    },
  );

  it('knows every shape that the redactor knows', async () => {
    const text = `AZURE=DefaultEndpointsProtocol=https;AccountName=acme;${AZURE};EndpointSuffix=core.windows.net`;
    expect(await scanSecrets([added(text)])).toEqual([
      { rule: 'secret', path: 'src/config.ts', message: 'Line 1 looks like a credential (storage or bus key).' },
    ]);
  });

  it('finds a credential in the name of a file', () => {
    const violations = scanNames([{ path: `keys/${GITLAB_TOKEN}.txt` }]);
    expect(violations).toMatchObject([{ rule: 'secret', message: 'Its name holds a credential (GitLab token).' }]);
  });

  it.each([
    { path: 'app/.npmrc', messages: ['Line 1 looks like a credential (npm, Npmrc_authToken).'] },
    { path: 'docs/npmrc.md', messages: [] },
  ])('finds what is a credential in some files only: $path', async ({ path, messages }) => {
    const text = `//registry.npmjs.org/:_authToken=${'Ab3dEf6hIj9kLm2nOp5q'}`;
    const violations = await scanSecrets([{ ...added(text), path }]);
    expect(violations.map(({ message }) => message)).toEqual(messages);
  });

  it('names each line once, in the order of the file, and the files in theirs', async () => {
    const slack = ['xoxb', '1234567890-AbCdEfGhIjKl'].join('-');
    const first = { ...added(`${slack}\n\n${GITLAB_TOKEN}\n${slack} ${GITLAB_TOKEN}\n`), path: 'b.txt' };
    const violations = await scanSecrets([first, { ...added(GITLAB_TOKEN), path: 'a.txt' }]);
    expect(violations.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'b.txt: Line 1 looks like a credential (Slack token).',
      'b.txt: Line 3 looks like a credential (GitLab token).',
      'b.txt: Line 4 looks like a credential (GitLab token).',
      'a.txt: Line 1 looks like a credential (GitLab token).',
    ]);
  });

  describe('in a file that begins as UTF-16 does', () => {
    const text = `a\nb\nT=${GITLAB_TOKEN}\n`;
    const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le');
    const utf32 = (from: string) => Buffer.from([...from].flatMap((sign) => [sign.charCodeAt(0), 0, 0, 0]));

    it.each([
      { name: 'UTF-16', blob: utf16 },
      { name: 'UTF-16, big end first', blob: Buffer.from(utf16).swap16() },
      { name: 'UTF-16 with a sign of two LF bytes', blob: Buffer.from(`\ufeff\u0a0a${text}`, 'utf16le') },
      { name: 'UTF-32', blob: Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), utf32(text)]) },
      { name: 'a mark and then one byte for each sign', blob: Buffer.from(`\xff\xfe${text}`, 'latin1') },
      { name: 'the other mark and then one byte for each sign', blob: Buffer.from(`\xfe\xff${text}`, 'latin1') },
    ])('finds a token: $name', async ({ blob }) => {
      expect(await scanSecrets([toAddedText('a.txt', blob)])).toMatchObject([
        { message: expect.stringContaining('Line 3 ') },
      ]);
    });

    it('leaves lines alone that were there before', async () => {
      const mark = Buffer.from([0xff, 0xfe]);
      const [before, after] = [Buffer.from(text), Buffer.from(`${text}new\n`)];
      const files = [
        toAddedText('a.txt', Buffer.concat([mark, after]), before),
        toAddedText('b.txt', Buffer.concat([mark, after]), Buffer.concat([mark, before])),
      ];
      expect(await scanSecrets(files)).toEqual([]);
    });
  });

  describe('in a file with NULs and no mark', () => {
    const AWS_KEY_ID = ['AKIA', 'Q7RTM2KDPX4VN8WB'].join('');
    const wide = (text: string) => Buffer.from(text, 'utf16le');
    const quad = (text: string) => Buffer.from([...text].flatMap((sign) => [sign.charCodeAt(0), 0, 0, 0]));
    const head = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0xfe, 0xff, 9]);

    it.each([
      { name: 'behind a string', blob: Buffer.from(`\x01password\0${GITLAB_TOKEN}\0next\n`) },
      { name: 'between strings that it would join', blob: Buffer.from(`key\0${AWS_KEY_ID}\0next`) },
      { name: 'in UTF-16 behind a character that ends as a word does', blob: wide(`\u4e4e${GITLAB_TOKEN}\n`) },
      { name: 'in UTF-16, big end first', blob: wide(`\u4e4e${GITLAB_TOKEN}\n`).swap16() },
      { name: 'in UTF-16 without its last NUL', blob: wide(`k=${AWS_KEY_ID}`).subarray(0, -1) },
      { name: 'in UTF-16 at an even place of a binary', blob: Buffer.concat([head, wide(`ab\0${AWS_KEY_ID}\0cd`)]) },
      {
        name: 'in UTF-16 at an odd place of a binary',
        blob: Buffer.concat([head, Buffer.from('abc\0x'), wide(`\u4e4e${AWS_KEY_ID}\0cd`)]),
      },
      {
        name: 'in UTF-16, big end first, at an odd place',
        blob: Buffer.concat([head, Buffer.from('a'), wide(`\u4e4e${AWS_KEY_ID}\0cd`).swap16()]),
      },
      { name: 'in UTF-32', blob: quad(`x ${AWS_KEY_ID} `) },
    ])('finds a credential $name', async ({ blob }) => {
      expect(await scanSecrets([toAddedText('a.bin', blob)])).toMatchObject([{ rule: 'secret' }]);
    });

    it('finds none in strings that only stand side by side', async () => {
      const strings = [
        'Bearer ',
        'x7Yq2mNp4RsT6vWz8AbC',
        'sig=',
        'kQmXbTzRwPaLnVcYdHsEgUiOo1',
        'AKIA',
        '0123456789ABCDEF',
      ];
      for (const blob of [Buffer.from(strings.join('\0')), wide(strings.join('\0')), wide(strings.join('\0')).swap16()])
        expect(await scanSecrets([toAddedText('a.bin', Buffer.concat([head, blob]))])).toEqual([]);
    });

    it('leaves lines alone that were there before, also where a byte more moves them', async () => {
      const before = wide(`a\nT=${GITLAB_TOKEN}\n`);
      const after = Buffer.concat([Buffer.from([7]), before]);
      expect(await scanSecrets([toAddedText('a.bin', after, before)])).toEqual([]);
    });
  });

  it('finds a new token in a large file, and looks at the new lines only', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${index} ${'x'.repeat(20)}`);
    const text = lines.with(100, GITLAB_TOKEN).with(15_000, GITLAB_TOKEN).join('\n');
    expect(await scanSecrets([added(text, [15_001])])).toMatchObject([
      { message: expect.stringMatching(/^Line 15001 /) },
    ]);
    expect(await scanSecrets([added(text, [90])])).toEqual([]);
  });

  it.each([
    'DATABASE_URL: postgres://postgres:postgres@localhost:5432/app',
    'mysql://<user>:<password>@host/db and https://user:pass@example.com',
    'url: https://ci:$CI_JOB_TOKEN@gitlab.example.com/group/app.git',
    `aws_access_key_id = ${'AKIA'}IOSFODNN7EXAMPLE`,
    `aws_secret_access_key = "${'x'.repeat(40)}"`,
    `AWS_SECRET_ACCESS_KEY=${'wJalrXUtnFEMI/K7MDENG/bPxRfiCY'}EXAMPLEKEY`,
  ])('lets placeholders, variables, local services and documented examples pass: %s', async (text) => {
    expect(await scanSecrets([added(text)])).toEqual([]);
  });

  it('leaves lines alone that were there before', async () => {
    for (const old of [`const t = "${GITLAB_TOKEN}";`, `T=${GITLAB_TOKEN}`]) {
      expect(await scanSecrets([added(`new line\n${old}\nnew line`, [1, 3])])).toEqual([]);
    }
  });

  it('looks at a private key that is there, not at all below the header of one', async () => {
    const header = `-----BEGIN ${'PRIVATE'} KEY-----`;
    const code = `const BEGIN = '${header}';\n\n${'export const one = 1;\n'.repeat(60)}`;
    expect(await scanSecrets([added(code)])).toEqual([]);
    const line = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0/+'.repeat(2);
    expect(await scanSecrets([added(`${code}${header}\n${line}\n${line}\n`, [64])])).toMatchObject([
      { message: 'Line 64 looks like a credential (private key).' },
    ]);
  });

  it('has nothing to say about ordinary code', async () => {
    expect(
      await scanSecrets([added("const token = process.env.TOKEN ?? 'none';\nconst password = readSecret();")]),
    ).toEqual([]);
  });
});

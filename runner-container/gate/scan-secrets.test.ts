import { describe, expect, it } from 'vitest';

import { scanSecrets } from './scan-secrets.ts';

// Put together here so that no scanner takes this file for a leak.
const GITLAB_TOKEN = ['glpat', 'Ab3dEf6hIj9kLm2nOp5q'].join('-');
const AWS_KEY = `AWS_SECRET_ACCESS_KEY=${'wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzzKEY'}`;

function added(text: string, lines?: number[]) {
  const all = text.split('\n').map((_, index) => index + 1);
  return { path: 'src/config.ts', text, addedLines: new Set(lines ?? all) };
}

describe('scanSecrets', () => {
  it.each([
    { name: 'a GitLab token', text: `a\nconst t = "${GITLAB_TOKEN}";`, line: 2 },
    { name: 'an AWS key', text: AWS_KEY, line: 1 },
    {
      name: 'a database URL with a password',
      text: `url = 'postgres://app:${'s3cr3tPassw0rd'}@db.example.com:5432/app'`,
      line: 1,
    },
    {
      name: 'a token behind a comment that would switch the scan off',
      text: `// secretlint-disable\nconst t = "${GITLAB_TOKEN}";`,
      line: 2,
    },
  ])('finds $name, and does not repeat it', async ({ text, line }) => {
    const violations = await scanSecrets([added(text)]);
    expect(violations).toMatchObject([
      { rule: 'secret', path: 'src/config.ts', message: expect.stringContaining(`Line ${line} `) },
    ]);
    expect(JSON.stringify(violations)).not.toMatch(/Ab3dEf6h|wJalrXUt|s3cr3t/);
  });

  it('leaves lines alone that were there before', async () => {
    expect(await scanSecrets([added(`const t = "${GITLAB_TOKEN}";\nnew line`, [2])])).toEqual([]);
  });

  it('has nothing to say about ordinary code', async () => {
    expect(
      await scanSecrets([added("const token = process.env.TOKEN ?? 'none';\nconst password = readSecret();")]),
    ).toEqual([]);
  });
});

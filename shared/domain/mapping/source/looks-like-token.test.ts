import { describe, expect, it } from 'vitest';

import { HIDDEN, hideTokens, looksLikeToken } from './looks-like-token.ts';

// Put together here so that no scanner takes this file for a leak.
const body = 'aB3dE5gH7jK9mN1pQ3sT5vX7';

describe('looksLikeToken', () => {
  it.each([
    ['a GitLab personal token', `glpat-${body}`],
    ['a GitLab runner token', `glrt-${body}`],
    ['a GitLab deploy token', `gldt-${body}`],
    ['a GitHub token', `ghp_${body}${body}`],
    ['a fine-grained GitHub token', `github_pat_${body}`],
    ['an Atlassian API token', `ATATT3${body}`],
    ['a model key', `sk-${body}`],
    ['a Slack token', `xoxb-123456789-${body}`],
    ['an AWS key id', 'AKIAIOSFODNN7QWERTYU'],
    ['a JSON web token', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${body}`],
    ['a private key', `-----BEGIN RSA PRIVATE KEY-----\\n${body}${body}${body}`],
    ['a storage connection string', `DefaultEndpointsProtocol=https;AccountKey=${body}==`],
    ['a header', `Bearer ${body}`],
    ['a password in a URL', 'https://ada:password1@gitlab.example.com/group/app.git'],
    ['a long opaque text', body],
    ['an old token without prefix', 'x7Kp2mQ9vR4tW8yB3nZ6'],
    ['a hash', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['hex behind the name of a secret', "curl -H 'X-Api-Key: d41d8cd98f00b204e9800998ecf8427e' https://example.com"],
    ['hex behind an option that names one', 'deploy --token=4b825dc642cb6eb9a060e54bf8d69288fbee4904 now'],
    ['hex of another length', 'check d41d8cd98f00b204e9800998ecf8427e00 now'],
    ['a token that begins as a class does', 'x Tab3K9mQ2vR7tW4yB1nZ'],
    ['a token inside other text', `use glpat-${body} here`],
  ])('recognises %s', (_, text) => {
    expect(looksLikeToken(text)).toBe(true);
  });

  it.each([
    'group/sub/service-a',
    'platform_team',
    'a-long-alias-with-many-words-2024',
    'group/GroupServiceV2ApiGateway2024',
    'Qwen3-Coder-480B-A35B-Instruct-FP8',
    'claude-opus-4-20250514',
    '5b10ac8d82e05b22cc7d4ef5',
    '712020:f58131cb-b67d-43c7-b30d-6b58d40bd077',
    'npm ci && npm run test:unit -- --coverage --maxWorkers=2',
    'https://gitlab.example.com/group/app.git',
    'git@gitlab.example.com:group/app.git',
    'ssh://git@gitlab.example.com:2222/group/app.git',
    '**/*.gitlab-ci.yml',
    'In Progress',
    'shops/sk-storefront-backend',
    'docker run registry.example.com/ci@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 make test',
    'DATABASE_URL=postgres://postgres:postgres@localhost/test npm test',
    'DATABASE_URL=postgresql://$DB_USER:$db_pass@db/test npm test',
    'docker run docker://alpine:3.19@sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b',
    'Basic internationalization is done with i18next',
    'Keys begin with -----BEGIN RSA PRIVATE KEY-----; never commit one.',
    'Use Bearer token-authentication for the API',
    'curl -u x https://user:pass@example.com',
    `https://oauth2:${'$'}{CI_JOB_TOKEN}@gitlab.example.com/group/app.git`,
    'AKIAIOSFODNN7EXAMPLE',
    'git diff --check 4b825dc642cb6eb9a060e54bf8d69288fbee4904 HEAD',
    'npx github:acme/checker#3f786850e387550fdab836ed7e6dc881de23001b',
    'echo d41d8cd98f00b204e9800998ecf8427e app.jar | md5sum -c',
    'mvn -Dtest=OAuth2JwtS3UploadV2IT test',
    `Never print tokens such as ${'glpat'}-your-token.`,
    '',
  ])('lets %j pass', (text) => {
    expect(looksLikeToken(text)).toBe(false);
  });

  // A run of letters and digits is opaque from 18 characters on, with all three classes and a change in three of ten.
  it.each([
    ['18 characters', body.slice(0, 18), true],
    ['17 characters', body.slice(0, 17), false],
    ['no small letter', body.toUpperCase(), false],
    ['no capital', body.toLowerCase(), false],
    ['no digit', body.replaceAll(/\d/g, 'X'), false],
    ['small letters that six times in twenty meet another class', 'aaaa9aaaa9aaaa9AAAAA', true],
    ['five times in twenty', 'aaaa9aaaa9aaaaaaaAAA', false],
    ['capitals that do', 'ZZZZ0ZZZZ0ZZZZ0zzzzz', true],
    ['words that begin with a capital', 'Zoo9Zoo9ZoooZooozooo', false],
    ['capitals among small letters', 'zZZzZZzZZzZZzZZz00zZ', true],
    ['32 digits of a hash', 'd41d8cd98f00b204e9800998ecf8427e', true],
    ['32 in capitals', 'D41D8CD98F00B204E9800998ECF8427E', true],
    ['31 of them', 'd41d8cd98f00b204e9800998ecf8427', false],
    ['32 figures', '1'.repeat(32), false],
    ['32 letters', 'abcdefab'.repeat(4), false],
    ['32 behind a letter that no hash has', 'gd41d8cd98f00b204e9800998ecf8427e', false],
    ['32 before one', 'd41d8cd98f00b204e9800998ecf8427eg', false],
    ['a hash behind a dot', 'x.d41d8cd98f00b204e9800998ecf8427e', false],
    ['two runs that are short alone', `${body.slice(0, 17)}.${body.slice(0, 17)}`, false],
    ['a digest of an image', `ci@sha256:${'a1'.repeat(32)}`, false],
    ['a digest in capitals', `ci@SHA512:${'A1'.repeat(64)}`, false],
    ['an integrity of a script', `sha384-${body}${body}${body.slice(0, 15)}=`, false],
    ['one that needs no padding', `sha384-${body}${body}${body.slice(0, 16)}`, false],
    ['one that is padded twice', `sha512-${body}${body}${body}${body.slice(0, 14)}==`, false],
    ['small letters before capitals', 'aBaBaBaBaBaBaBaBa1', true],
    ['a digest of another kind', `md5:${'a1'.repeat(16)}`, false],
  ])('tells by its look whether a run is opaque: %s', (_, text, isToken) => {
    expect(looksLikeToken(text)).toBe(isToken);
  });

  it.each(['"', "'", '`', ' ', '\n'])('keeps %j around a token that is hidden', (around) => {
    expect(hideTokens(`x${around}glpat-${body}${around}y`)).toBe(`x${around}${HIDDEN}${around}y`);
  });

  it('hides only the words that look like a token', () => {
    expect(hideTokens(`Unexpected scalar glpat-${body} at the end`)).toBe(
      'Unexpected scalar [not shown: looks like a token] at the end',
    );
  });
});

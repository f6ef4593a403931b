import { expect, it } from 'vitest';

import { findTokens, maskTokenShapes } from './token-shapes.ts';

// Written in pieces, so that no scanner takes this file for a leak.
const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

it.each([
  { text: `use ${'glpat'}-${letters} now`, shown: 'use # now' },
  { text: `${'gldt'}-${letters}`, shown: '#' },
  { text: `${'ghp'}_${letters}`, shown: '#' },
  { text: `${'github'}_pat_${letters}`, shown: '#' },
  { text: `${'ATATT'}3xFfGF0${letters}=1A2B`, shown: '#' },
  { text: `id ${'AKIA'}ABCDEFGHIJKLMNOP.`, shown: 'id #.' },
  { text: `${'sk'}-proj-${letters}`, shown: '#' },
  { text: `${'whsec'}_${letters}==`, shown: '#' },
  { text: `${'eyJ'}hbGciOiJI.${letters}.${letters}`, shown: '#' },
  {
    text: `AccountName=a;${'Account'}Key=abc+/==;EndpointSuffix=x`,
    shown: 'AccountName=a;AccountKey=#;EndpointSuffix=x',
  },
  {
    text: `https://a.blob.core.windows.net/c?sv=1&${'sig'}=${letters}%3D&se=2`,
    shown: 'https://a.blob.core.windows.net/c?sv=1&sig=#&se=2',
  },
  { text: `authorization: ${'Bearer'} ${letters}`, shown: 'authorization: Bearer #' },
  { text: `https://${'oauth2'}:pw@gitlab.example.com/a.git`, shown: 'https://oauth2:#@gitlab.example.com/a.git' },
  {
    text: `-----BEGIN RSA ${'PRIVATE'} KEY-----\nMIIa\nb+/=\n-----END RSA PRIVATE KEY-----`,
    shown: '-----BEGIN RSA PRIVATE KEY-----#-----END RSA PRIVATE KEY-----',
  },
  {
    text: `-----BEGIN PGP ${'PRIVATE'} KEY BLOCK-----\n\nlQVYBGa\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----`,
    shown: '-----BEGIN PGP PRIVATE KEY BLOCK-----#-----END PGP PRIVATE KEY BLOCK-----',
  },
])('masks what looks like a credential: $shown', ({ text, shown }) => {
  expect(maskTokenShapes(text, '#')).toBe(shown);
});

// A line of base64 as keys have it, and one that is random enough for no word.
const line = 'aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0/+'.repeat(2);
const begin = `-----BEGIN RSA ${'PRIVATE'} KEY-----`;
const end = begin.replace('BEGIN', 'END');
const ENCODED = 'private key or login in base64';
const behind = '\n\nThe rest stays.\n\n- RSA keys are accepted\n\n<!-- cmap {"purpose":"finding"} -->';

it.each([
  { name: 'as it is', key: `${begin}\n${line}\n${line}\nb+/=\n`, shown: `${begin}#` },
  { name: 'with headers', key: `${begin}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,F00D\n\n${line}\n` },
  { name: 'in JSON', key: JSON.stringify(`${begin}\n${line}\n${line}\nabcd==\n`).slice(1, -1) },
  { name: 'in JSON that escapes the slash', key: String.raw`${begin}\n${line.replaceAll('/', String.raw`\/`)}\n` },
  { name: 'as a list', key: `"${begin}",\n"${line}",\n"${line}"`, shown: `"${begin}#"` },
  { name: 'joined by code', key: `'${begin}\\n' +\n  '${line}\\n' +\n  '${line}'`, shown: `'${begin}#'` },
  { name: 'quoted', key: `${begin}\n> ${line}\n> ${line}` },
  { name: 'in one line', key: `${begin} ${line} ${line}` },
])('masks a private key without its footer, and nothing behind it: $name', ({ key, shown = `${begin}#` }) => {
  const masked = maskTokenShapes(`${key}${behind}`, '#');
  expect(masked.slice(0, -behind.length).replace(/(?:\\n|\n)$/, '')).toBe(shown);
  expect(masked.slice(-behind.length)).toBe(behind);
  expect(findTokens(key)).toEqual([{ name: 'private key', start: expect.any(Number), end: expect.any(Number) }]);
});

it.each([
  { name: 'the time of a log before each line', key: `${begin}\n10:00:01 app | ${line}\n10:00:01 app | ${line}\n` },
  { name: 'lines of two signs', key: `${begin}\n${line.replaceAll(/..(?=.)/g, '$&\n')}\n` },
])('masks up to the footer a private key with $name', ({ key }) => {
  expect(maskTokenShapes(`${key}${end}${behind}`, '#')).toBe(`${begin}#${end}${behind}`);
  expect(findTokens(`${key}${end}`)).toHaveLength(1);
});

it.each([
  `The header \`${begin}\` is PKCS#1.`,
  `const HEADER = '${begin}';\n\nexport const read = privateKeyFromConfigurationFile2;`,
  `"${begin}\\n" + key + "\\n${end}"`,
  `\`${begin}\\n\${body}\\n${end}\``,
  `text.replace('${begin}', '').replace('${end}', '')`,
  `${begin}\n...\n${end}`,
  `/-----BEGIN (RSA )?PRIVATE KEY-----/.test(text)`,
])('leaves the header of a private key alone where only it is named: %j', (text) => {
  expect(maskTokenShapes(`${text}${behind}`, '#')).toBe(`${text}${behind}`);
});

it.each([
  'Basic understanding of Bearer tokens',
  'the basic internationalization and bearer authentication/authorization',
  'commit 0123456789abcdef0123456789abcdef01234567',
  'https://gitlab.example.com:8443/group/app@v1',
  'task-1 desk-2 risk-management-for-everybody-in-it',
  'signature sig=short',
  'coding~PROJ-12~10233',
  'shops/sk-storefront-backend-for-everybody',
  'using SG.Models.Customer; SG.ConfigurationManager.ApplicationSettings',
  'secret_manager_key = read(secret_access_key), secret_access_key: required',
  'figd_plugin lin_api_key hf_home gsk_offset vci_internal_name ops_eyebrow dapi_client dckr_pat_name ntn_12',
  'https://hooks.slack.com/services/ and docs about hooks.slack.com/services/T/B',
  'ric-plt-xapp-frame-py and xapp-framework-for-python',
])('leaves ordinary text alone: %s', (text) => {
  expect(maskTokenShapes(text, '#')).toBe(text);
});

it.each([
  'postgres://postgres:postgres@localhost:5432/app',
  'mysql://<user>:<password>@host/db',
  'https://user:pass@example.com',
  `https://ci:${'$'}{TOKEN}@gitlab.example.com/a.git`,
  'https://ci:$CI_JOB_TOKEN@gitlab.example.com/a.git',
  'redis://:{{ redis_password }}@cache:6379',
  'redis://app:Xk29fjw@127.0.0.1:6379',
  'url = f"postgresql://{user}:{password}@{host}:5432/{db}"',
  'mongodb://$user:$password@$host',
  'postgresql://$DB_USER:$db_pass@db/test',
  'postgres://$cfg.user:$cfg->pass@db/test',
  'postgres://#{user}:#{password}@#{host}/db',
  'postgres://%(user)s:%(password)s@%(host)s/db',
  'postgres://%s:%v@%s',
  'postgres://{0}:{1}@{2}',
  'redis://:[password]@cache.example.com',
  'https://user:$env:TOKEN@git.example.com',
  'https://$env:USER:$env:TOKEN@git.example.com',
  'postgres://app:Xk29fjw@\u200blocalhost/app',
  'uses: docker://alpine:3.19@sha256:c5b1261d6d3e43071626931fc004f70149baeba2c8ec672bd4f27761f8e1ad6b',
  'AccountKey=<key>',
  'AccountKey={key}',
  'AccountKey=config.StorageKey;',
  'AccountKey=$(storageKey)',
  `${'AKIA'}IOSFODNN7EXAMPLE`,
  `https://hooks.slack.com/services/${'T00000000'}/B00000000/${'X'.repeat(24)}`,
  `aws_secret_access_key = "${'x'.repeat(40)}"`,
  `${'glpat'}-xxxxxxxxxxxxxxxxxxxx`,
  `Bearer ${'YOUR'}_ACCESS_TOKEN_1`,
  'Basic internationalization of the shop',
  'Basic configuration/setup of the server',
  'Bearer token-authentication is used',
  'Bearer getAccessTokenFromStore',
  'verify(body, sig=expected_signature_bytes)',
  `GITLAB_TOKEN=${'glpat'}-your-token`,
  `GITLAB_TOKEN=${'glpat'}-xxxx-xxxx`,
  `GITLAB_TOKEN=${'glpat'}-example-token`,
  `GITHUB_TOKEN=${'ghp'}_yourpersonalaccesstoken`,
  `SLACK_BOT_TOKEN=${'xoxb'}-your-bot-token`,
  `OPENAI_API_KEY=${'sk'}-1234567890abcdef`,
  `GITLAB_TOKEN=${'glpat'}-12345678901234567890`,
  '.sk-loading-spinner-v2-container-large {}',
  `AccountKey=${'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr'}/KBHBeksoGMGw==;`,
  'var AccountKey=GetKeyFromVault2();',
  `Authorization: '${'Bearer'} valid-token-for-user-1'`,
  'Basic OAuth2AuthorizationCode flow',
  "fetch('http://localhost:3000?email=bob@example.com')",
  'https://example.com?from=10:30&to=bob@example.com',
  'https://shop.example.com:8443,bob@example.com',
  'postgres://app:app_password@db:5432/app',
  'postgresql://postgres:postgres123@db:5432/app',
  'mysql://root:my-secret-pw@mysql:3306/db',
  `Authorization: '${'Basic'} ${btoa('user:password')}'`,
  'basic authentication/authorization, bearer token-authentication',
  `{"auth":"${btoa('user:password')}"}`,
  '{"auth":"basicAuthentication"}',
  `certificate-authority-data: ${btoa(`-----BEGIN CERTIFICATE-----\n${line}\n-----END CERTIFICATE-----`)}`,
  `{"x":"${btoa('{"auths":{}}, and nothing more in it')}"}`,
])('finds no credential in a placeholder, a variable, prose or a local service: %s', (text) => {
  expect(findTokens(text)).toEqual([]);
});

it.each([
  { text: `https://ci:Xk29fjw@gitlab.example.com/a.git`, name: 'password in a URL' },
  { text: `postgres://app:Xk29fjw@localhost.example.com/a`, name: 'password in a URL' },
  { text: `https://ci:correct-horse-battery@gitlab.example.com/a.git`, name: 'password in a URL' },
  { text: `https://ci:postgres123@gitlab.example.com/a.git`, name: 'password in a URL' },
  { text: `https://ci:12345678,x@gitlab.example.com/a.git`, name: 'password in a URL' },
  { text: `https://ci:$ecret1@gitlab.example.com/a.git`, name: 'password in a URL' },
  { text: 'postgres://app:{xK29@db.example.com/a', name: 'password in a URL' },
  { text: 'postgres://app:[xK29@db.example.com/a', name: 'password in a URL' },
  { text: 'postgres://app:%xK29@db.example.com/a', name: 'password in a URL' },
  { text: 'postgres://app:3.19@sha256.example.com/a', name: 'password in a URL' },
  { text: `Authorization: Basic ${btoa('ada:correct-horse')}`, name: 'authorization header' },
  { text: `Authorization: ${'Bearer'} kQmXbTzRwPaLnVcYdHsE`, name: 'authorization header' },
  { text: `${'Bearer'} ${letters}`, name: 'authorization header' },
  { text: `?sv=1&${'sig'}=kQmXbTzRwPaLnVcYdHsEgUiOoJ%3D`, name: 'shared access signature' },
  { text: `${'SharedAccess'}Key=kQmXbTzRwPaLnVcYdHsEgUiOoJ+x=`, name: 'storage or bus key' },
  { text: `AZURE=AccountName=acme;${'Account'}Key=${letters}==;EndpointSuffix=x`, name: 'storage or bus key' },
  { text: `use ${'glpat'}-x7Yq2mNp4RsT6vWz8AbC`, name: 'GitLab token' },
  { text: `use ${'glpat'}-0000000000exampleonly`, name: 'GitLab token' },
  { text: `${'sk'}-ant-api03-${letters}`, name: 'model provider key' },
  { text: `${'xoxb'}-123456789-${letters}`, name: 'Slack token' },
  { text: `Authorization: ${'bearer'} ${letters}`, name: 'authorization header' },
  { text: `> authorization:${'basic'}\t${btoa('ada:correct-horse')}`, name: 'authorization header' },
  { text: `Authorization: ${'BASIC'} ${btoa('ada:correct-horse')}`, name: 'authorization header' },
  { text: `token = "${'GR1348941'}aB3dE6gH9jK2mN5pQ8sT"`, name: 'GitLab token' },
  { text: `const key = "${'AIza'}SyDaB3dE6gH9jK2mN5pQ8sT1vW4yZ7abcde";`, name: 'Google key' },
  { text: `password = ${'pypi'}-AgEIcHlwaS5vcmcC${letters}`, name: 'PyPI token' },
  { text: `AZURE_CLIENT_SECRET=aBc8${'Q~'}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7abcdef1`, name: 'Azure client secret' },
  { text: `{"auths":{"a.example.com":{"auth": "${btoa('ci:correct-horse')}"}}}`, name: 'registry login' },
  {
    text: `.dockerconfigjson: ${btoa(`{"auths":{"a.example.com":{"auth":"${btoa('ci:correct-horse')}"}}}`)}`,
    name: ENCODED,
  },
  { text: `client-key-data: ${btoa(`${begin}\n${line}\n${line}\n${end}\n`)}`, name: ENCODED },
  { text: `tls.key: |\n  ${btoa(`${begin}\n${line}\n${end}`).replaceAll(/.{76}/g, '$&\n  ')}`, name: ENCODED },
  {
    text: `tls.pem: ${btoa(`-----BEGIN CERTIFICATE-----\n${line}\n-----END CERTIFICATE-----\n${begin}\n${line}`)}`,
    name: ENCODED,
  },
  {
    text: `${begin.replace('RSA', 'PGP').replace('KEY', 'KEY BLOCK')}\nVersion: GnuPG v2\n\n${line}\n=abcd`,
    name: 'private key',
  },
  { text: `Private-Lines: 1\n${line}\nPrivate-MAC: 00`, name: 'private key' },
])('finds a $name and names no value', ({ text, name }) => {
  expect(findTokens(text)).toEqual([{ name, start: expect.any(Number), end: expect.any(Number) }]);
});

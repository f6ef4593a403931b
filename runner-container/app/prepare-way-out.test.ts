import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { prepareWayOut } from './prepare-way-out.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cmap-way-out-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('hands on nothing but the path, the proxy and where certificates are', async () => {
  const { git, programs } = await prepareWayOut({ PATH: '/bin', JIRA_API_TOKEN: 'secret', HOME: '/root' }, folder);
  expect(git).toEqual({ PATH: '/bin' });
  expect(programs).toEqual({});
  expect(readdirSync(folder)).toEqual([]);
});

it.each([
  ['http://user:pass-1@proxy.example:3128/', 'http://proxy.example:3128/'],
  ['user:pass-1@proxy.example:3128', 'proxy.example:3128'],
  ['http://user:pa@ss-1@proxy.example:3128', 'http://proxy.example:3128'],
])(
  'gives user and password of the proxy %s to git alone, in both spellings of the variables',
  async (HTTPS_PROXY, bare) => {
    const { git, programs } = await prepareWayOut(
      { HTTPS_PROXY, NO_PROXY: 'localhost,.example', NODE_USE_ENV_PROXY: '1' },
      folder,
    );
    expect(git).toMatchObject({ HTTPS_PROXY, https_proxy: HTTPS_PROXY, no_proxy: 'localhost,.example' });
    expect(programs).toEqual({
      HTTPS_PROXY: bare,
      https_proxy: bare,
      NO_PROXY: 'localhost,.example',
      no_proxy: 'localhost,.example',
      NODE_USE_ENV_PROXY: '1',
    });
  },
);

it('writes all certificates that are trusted into one file that every user may read, and the same file again', async () => {
  const environment = { NODE_EXTRA_CA_CERTS: '/etc/company.pem' };
  const [{ git, programs }, again] = await Promise.all([
    prepareWayOut(environment, folder),
    prepareWayOut(environment, folder),
  ]);
  const file = git['GIT_SSL_CAINFO'] ?? '';
  expect(readFileSync(file, 'utf8').match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  expect(statSync(file).mode & 0o777).toBe(0o644);
  expect(programs).toMatchObject({ SSL_CERT_FILE: file, CURL_CA_BUNDLE: file, NODE_EXTRA_CA_CERTS: file });
  expect(again.git).toEqual(git);
  expect(readdirSync(folder)).toEqual([path.basename(file)]);
});

it('leaves a file that is named for git already to git', async () => {
  const { git } = await prepareWayOut({ NODE_EXTRA_CA_CERTS: '/x.pem', GIT_SSL_CAINFO: '/own.pem' }, folder);
  expect(git['GIT_SSL_CAINFO']).toBe('/own.pem');
});

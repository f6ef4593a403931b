import { randomUUID } from 'node:crypto';
import { chmod, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { getCACertificates } from 'node:tls';
import { sha256 } from '../../shared/kernel/sha256.ts';

/** How programs the runner starts get out of the network of a company, and whom they trust there: variables. */
export interface WayOut {
  git: Readonly<Record<string, string>>;
  /** For the agent's shells and `validate`. */
  programs: Readonly<Record<string, string>>;
}

const PROXY = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'];
const GIT = ['PATH', ...PROXY, 'GIT_SSL_CAINFO', 'SSL_CERT_FILE'];

/** Where curl, Python and others look for certificates; each takes the file instead of its own, Node in addition. */
const TRUST = ['SSL_CERT_FILE', 'GIT_SSL_CAINFO', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'];

/**
 * What git, the agent's shells and `validate` inherit of the environment: the proxy (`HTTPS_PROXY`, `HTTP_PROXY`,
 * `NO_PROXY`, also in lower case, which is all that curl reads of the second) and the certificates of a company. The
 * file of `NODE_EXTRA_CA_CERTS` has only these, and other programs trust a file instead of their own; so one with all
 * that Node trusts is written to `folder`, readable by every user. Its name is its content's, so that runners beside
 * each other write the same. User and password of a proxy are for git only: what a model or a repository starts could
 * read them.
 */
export async function prepareWayOut(environment: NodeJS.ProcessEnv, folder: string): Promise<WayOut> {
  const proxy = pick(environment, PROXY);
  const lowerCase = Object.fromEntries(Object.entries(proxy).map(([name, value]) => [name.toLowerCase(), value]));
  const bundle = environment['NODE_EXTRA_CA_CERTS'] ? await writeBundle(folder) : undefined;
  const trust = bundle === undefined ? {} : Object.fromEntries(TRUST.map((name) => [name, bundle]));
  return {
    git: {
      ...(bundle === undefined ? {} : { GIT_SSL_CAINFO: bundle, SSL_CERT_FILE: bundle }),
      ...lowerCase,
      ...pick(environment, GIT),
    },
    programs: {
      ...trust,
      ...mapValues({ ...proxy, ...lowerCase }, withoutUser),
      ...pick(environment, ['NODE_USE_ENV_PROXY']),
    },
  };
}

function mapValues(values: Record<string, string>, change: (value: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}

/** Also of an address without a scheme, `user:password@proxy:3128`, which programs take as well. */
function withoutUser(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
}

async function writeBundle(folder: string): Promise<string> {
  const text = `${getCACertificates('default').join('\n')}\n`;
  const name = `trusted-${sha256(text).slice(0, 16)}.pem`;
  const file = path.join(folder, name);
  await mkdir(folder, { recursive: true });
  const written = `${file}.${randomUUID()}`;
  await writeFile(written, text);
  // Not left to the umask: the agent is another user.
  await chmod(written, 0o644);
  await rename(written, file);
  return file;
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

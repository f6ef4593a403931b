import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { listen } from '../http/listen.ts';

import { COMPILE_CACHE } from '../job/child.ts';

export interface StoragePorts {
  blob: number;
  queue: number;
  table: number;
}

export interface Azurite {
  connectionString: string;
  ports: StoragePorts;
  /** The account that the connection string names. */
  account: string;
  pid: number;
  /** Ends the process; everything in it is gone. */
  stop(): Promise<void>;
}

/** The account and key every storage emulator has; published by Microsoft, good for nothing else. */
const ACCOUNT_NAME = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const ENTRY = fileURLToPath(new URL('../../node_modules/azurite/dist/src/azurite.js', import.meta.url));
const STARTS = 4;
const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 3000;

/**
 * Starts a storage emulator in memory on free ports of 127.0.0.1 and resolves when it answers. It serves the named
 * accounts, which share nothing and have the published key; its connection string names the first.
 */
export async function startAzurite(accounts: readonly [string, ...string[]] = [ACCOUNT_NAME]): Promise<Azurite> {
  let failure: unknown;
  for (let start = 0; start < STARTS; start += 1) {
    try {
      return await startOnce(await findFreePorts(), accounts);
    } catch (error) {
      // Another process may have taken a port between finding it free and using it.
      failure = error;
    }
  }
  throw new Error('Azurite did not start', { cause: failure });
}

/** The connection string of an account at an emulator's three ports, or at a proxy in front of them. */
export function buildConnectionString({ blob, queue, table }: StoragePorts, account = ACCOUNT_NAME): string {
  const endpoint = (port: number) => `http://127.0.0.1:${port}/${account}`;
  return [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account}`,
    `AccountKey=${ACCOUNT_KEY}`,
    `BlobEndpoint=${endpoint(blob)}`,
    `QueueEndpoint=${endpoint(queue)}`,
    `TableEndpoint=${endpoint(table)}`,
  ].join(';');
}

async function startOnce(ports: StoragePorts, accounts: readonly [string, ...string[]]): Promise<Azurite> {
  const [account] = accounts;
  const flags = ['--inMemoryPersistence', '--silent', '--disableTelemetry', '--skipApiVersionCheck'];
  const addresses = Object.entries(ports).flatMap(([service, port]) => [
    `--${service}Host`,
    '127.0.0.1',
    `--${service}Port`,
    `${port}`,
  ]);
  const child = spawn(process.execPath, [ENTRY, ...flags, ...addresses], {
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
      AZURITE_ACCOUNTS: accounts.map((name) => `${name}:${ACCOUNT_KEY}`).join(';'),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = `${output}${chunk.toString('utf8')}`.slice(-2000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const { pid } = child;
  try {
    await waitUntilReady(child, ports);
    if (pid === undefined) throw new Error('no process');
  } catch (error) {
    await end(child, exited);
    throw new Error(`Azurite did not become ready: ${output.trim()}`, { cause: error });
  }
  return {
    connectionString: buildConnectionString(ports, account),
    ports,
    account,
    pid,
    stop: () => end(child, exited),
  };
}

/** A foreign server on one of the ports would answer too, so the child must be alive and say the emulator's name. */
async function waitUntilReady(child: ChildProcess, ports: StoragePorts): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (const port of Object.values(ports)) {
    while (!(await isAzurite(port))) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('the process ended');
      if (Date.now() > deadline) throw new Error(`no answer on port ${port}`);
      await delay(25);
    }
  }
}

async function isAzurite(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(20_000) });
    await response.arrayBuffer();
    return response.headers.get('server')?.startsWith('Azurite') ?? false;
  } catch {
    // Not listening yet.
    return false;
  }
}

async function end(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const kill = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
  await exited;
  clearTimeout(kill);
}

async function findFreePorts(): Promise<StoragePorts> {
  // All three are held open at once, so that they differ.
  const servers = await Promise.all([createServer(), createServer(), createServer()].map((server) => listen(server)));
  await Promise.all(servers.map(({ close }) => close()));
  const [blob, queue, table] = servers.map(({ port }) => port);
  if (!blob || !queue || !table) throw new Error('no free port');
  return { blob, queue, table };
}

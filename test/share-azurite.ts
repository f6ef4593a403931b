import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inject } from 'vitest';
import type { TestProject } from 'vitest/node';

import { type Azurite, buildConnectionString, type StoragePorts, startAzurite } from '../sandbox/storage/azurite.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * One storage emulator for all files of a lane; an account is taken by making a directory of its name in `taken`.
     */
    azurite: { ports: StoragePorts; pid: number; accounts: string[]; taken: string };
  }
}

const ACCOUNTS = 500;

/** Starts the emulator of a lane: a file that starts one itself spends three seconds of processor time on it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => `account${index}`);
  const azurite = await startAzurite(['devstoreaccount1', ...accounts]);
  const taken = mkdtempSync(path.join(tmpdir(), 'cmap-accounts-'));
  project.provide('azurite', { ports: azurite.ports, pid: azurite.pid, accounts, taken });
  return async () => {
    await azurite.stop();
    rmSync(taken, { recursive: true, force: true });
  };
}

/** An empty account of the lane's emulator; stopping it does nothing. @throws {Error} when all are taken. */
export function takeAzurite(): Azurite {
  const { ports, pid, accounts, taken } = inject('azurite');
  const account = accounts.find((name) => tryToTake(path.join(taken, name)));
  if (account === undefined) throw new Error(`All ${ACCOUNTS} accounts of the emulator are taken`);
  return { connectionString: buildConnectionString(ports, account), ports, account, pid, stop: async () => {} };
}

/** Of processes that make a directory at once, one succeeds. */
function tryToTake(directory: string): boolean {
  try {
    mkdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

import { connect } from 'node:net';
import { SECOND } from '../../shared/kernel/clock.ts';
import { hasCode } from '../../shared/kernel/has-code.ts';
import type { SandboxOwner } from './sandbox-file.ts';

const TIMEOUT_MS = 5 * SECOND;

/**
 * Whether a sandbox still runs. Its process alone would not say so: systems give the number of one that ended to
 * another, and a machine that was started anew does so at once.
 */
export async function isAlive({ pid, functionsUrl }: SandboxOwner): Promise<boolean> {
  if (!isProcess(pid)) return false;
  const url = functionsUrl === undefined ? null : URL.parse(functionsUrl);
  return url !== null && listens(url);
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user.
    return hasCode(error, 'EPERM');
  }
}

/** On this machine a port without a server refuses at once: one that says nothing is only busy. */
function listens({ hostname, port }: URL): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: hostname, port: Number(port), timeout: TIMEOUT_MS });
  socket.once('connect', () => resolve(true));
  socket.once('timeout', () => resolve(true));
  socket.once('error', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

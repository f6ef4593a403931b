import { createServer, type Server } from 'node:net';

import { TaskError } from '../../shared/kernel/errors.ts';

export interface UidLease {
  uid: number;
  release(): Promise<void>;
}

/**
 * Takes a user id of the range that no other runner on this machine holds.
 *
 * The lease is a listening socket in Linux's abstract namespace: the kernel gives a name to one process only and takes
 * it back the moment that process is gone, so there is no lock file to go stale.
 *
 * @throws {TaskError} `agent-crashed` when every number is taken.
 */
export async function leaseUid({ first, count }: { first: number; count: number }): Promise<UidLease> {
  for (let step = 0; step < count; step += 1) {
    // Runners start at different places, so they rarely meet.
    const uid = first + ((process.pid + step) % count);
    const server = await listen(`\0cmap-agent-uid-${uid}`);
    if (server) return { uid, release: () => new Promise((resolve) => server.close(() => resolve())) };
  }
  throw new TaskError('agent-crashed', { detail: `All ${count} user ids kept for agents are in use on this machine.` });
}

function listen(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

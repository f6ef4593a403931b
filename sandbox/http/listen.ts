import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

export interface Listening {
  port: number;
  /** Cuts HTTP connections that are open, and resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Lets a TCP or HTTP server listen on 127.0.0.1, on a free port unless one is given. Rejects when the port is taken.
 */
export async function listen(server: Server, port = 0): Promise<Listening> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // Node keeps 511 connections that wait to be accepted, and a thousand clients at once are more.
  server.listen(port, '127.0.0.1', 4096, resolve);
  await promise;
  server.off('error', reject);
  return {
    port: (server.address() as AddressInfo).port, // listening on a port, the address is never a path
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (isHttp(server)) server.closeAllConnections();
      await closed;
    },
  };
}

function isHttp(server: Server): server is HttpServer {
  return 'closeAllConnections' in server;
}

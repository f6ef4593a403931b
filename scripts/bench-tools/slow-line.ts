import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../../sandbox/http/listen.ts';

/** A TCP line on this machine over which every request takes a while to arrive, as over a network. */
export interface SlowLine {
  port: number;
  stop(): Promise<void>;
}

/** Passes bytes on to a local port: what is sent arrives `delayMs` later, what comes back arrives at once. */
export async function startSlowLine(targetPort: number, delayMs: number): Promise<SlowLine> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    // Timers of one length fire in order, so bytes stay in order.
    client.on('data', (chunk) => setTimeout(() => target.write(chunk), delayMs));
    client.on('end', () => setTimeout(() => target.end(), delayMs));
    target.pipe(client);
  });
  const { port, close } = await listen(server);
  return {
    port,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await close();
    },
  };
}

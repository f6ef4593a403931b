import { createServer, type ServerHttp2Stream } from 'node:http2';

import { listen } from '../../../sandbox/http/listen.ts';

/** The gRPC stream of messages between a host and its worker, from the side of the host. */
export interface MessageStream {
  port: number;
  send(message: Uint8Array): void;
  stop(): Promise<void>;
}

/** gRPC puts a byte for the compression, none here, and the length before each message. */
const PREFIX_BYTES = 5;

/** Listens on a free port of 127.0.0.1 for the one stream a worker opens. */
export async function startMessageStream(onMessage: (message: Buffer) => void): Promise<MessageStream> {
  let stream: ServerHttp2Stream | undefined;
  const server = createServer();
  server.on('stream', (opened: ServerHttp2Stream) => {
    stream = opened;
    opened.respond({ ':status': 200, 'content-type': 'application/grpc' });
    // A worker that ends takes its connection with it.
    opened.on('error', () => {});
    let pending = Buffer.alloc(0);
    opened.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= PREFIX_BYTES) {
        const end = PREFIX_BYTES + pending.readUInt32BE(1);
        if (pending.length < end) return;
        onMessage(pending.subarray(PREFIX_BYTES, end));
        pending = pending.subarray(end);
      }
    });
  });
  const { port, close } = await listen(server);
  return {
    port,
    send(message) {
      if (!stream) throw new Error('The worker has opened no stream');
      const prefix = Buffer.alloc(PREFIX_BYTES);
      prefix.writeUInt32BE(message.length, 1);
      stream.write(Buffer.concat([prefix, message]));
    },
    async stop() {
      stream?.destroy();
      await close();
    },
  };
}

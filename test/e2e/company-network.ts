import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

import { generateCertificate } from '../../sandbox/http/generate-certificate.ts';
import { listen } from '../../sandbox/http/listen.ts';
import { startServer } from '../../sandbox/http/start-server.ts';

export interface CompanyNetwork {
  proxyUrl: string;
  /** PEM; nothing outside the company trusts it. */
  certificate: string;
  /** Hosts the proxy was asked to connect to, with their ports. */
  connections: string[];
  /** Where the GitLab really is. */
  leadTo(url: string): void;
  close(): Promise<void>;
}

/**
 * A GitLab as a company may have it: a host name that only the company's proxy knows, behind a certificate that only
 * the company's machines trust. Addresses in its answers are those of `host`, as GitLab's `external_url` makes them.
 */
export async function startCompanyNetwork(host: string): Promise<CompanyNetwork> {
  let inside = '';
  const { cert, private: key } = await generateCertificate(host);
  const front = await startServer(
    (incoming, answer) =>
      new Promise<void>((resolve, reject) => {
        const { host: _host, 'accept-encoding': _encoding, ...headers } = incoming.headers;
        const outgoing = httpRequest(new URL(incoming.url ?? '/', inside), { method: incoming.method, headers });
        outgoing.once('error', reject);
        outgoing.once('response', (response) => {
          const isText = response.headers['content-type']?.includes('json') ?? false;
          const { 'content-length': length, ...plain } = response.headers;
          answer.writeHead(response.statusCode ?? 502, isText || length === undefined ? plain : response.headers);
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => (isText ? chunks.push(chunk) : answer.write(chunk)));
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            answer.end(isText ? text.replaceAll(inside, `https://${host}`) : undefined);
            resolve();
          });
        });
        incoming.pipe(outgoing);
      }),
    { tls: { cert, key } },
  );

  const connections: string[] = [];
  const proxy = createServer((_request, answer) => answer.writeHead(403).end());
  proxy.on('connect', (request, socket, head) => {
    connections.push(request.url ?? '');
    if (request.url !== `${host}:443`) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const through = connect(front.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      through.write(head);
      through.pipe(socket).pipe(through);
    });
    through.on('error', () => socket.destroy());
    socket.on('error', () => through.destroy());
  });
  const listening = await listen(proxy);
  return {
    proxyUrl: `http://127.0.0.1:${listening.port}`,
    certificate: cert,
    connections,
    leadTo(url) {
      inside = url;
    },
    async close() {
      await listening.close();
      await front.close();
    },
  };
}

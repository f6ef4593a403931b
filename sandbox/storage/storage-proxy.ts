import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';

import { startServer } from '../http/start-server.ts';
import { type Azurite, buildConnectionString, type StoragePorts } from './azurite.ts';
import { countTableRows, findInsertTable, nameStorageOperation, type StorageService } from './storage-operation.ts';

export interface StorageProxy {
  connectionString: string;
  ports: StoragePorts;
  /** Requests seen since the start or the last `resetCounts`, refused ones too, by `nameStorageOperation`. */
  counts(): Record<string, number>;
  /** How many rows these were about, and how many bytes their bodies and answers had. */
  traffic(): StorageTraffic;
  resetCounts(): void;
  /** Answers the next `times` matching requests with a status, without passing them on. */
  failNext(times: number, options?: { status?: number; operation?: string }): void;
  /**
   * Cuts the connection of the next `times` matching requests: before they are passed on, or when the answer is due,
   * whose body `onLost` is given.
   */
  dropNext(
    times: number,
    options?: { operation?: string; when?: 'before' | 'after'; onLost?: (body: string) => void },
  ): void;
  /** Passes on no request of this operation before the promise is settled, and none whose sender has gone by then. */
  hold(operation: string, until: Promise<unknown>): void;
  /** Forgets the faults that have not been used up. */
  clearFaults(): void;
  /** While on, every connection is cut. */
  setOutage(on: boolean): void;
  /**
   * Waited for after an entity was stored and before its writer gets the answer; for killing a writer at exactly that
   * moment.
   */
  onTableInsert(listener: TableInsertListener): void;
  stop(): Promise<void>;
}

interface StorageTraffic {
  rows: number;
  bytes: number;
}

type TableInsertListener = (tableName: string, entity: Record<string, unknown>) => Promise<void> | void;

interface Fault {
  kind: 'status' | 'drop-before' | 'drop-after';
  status: number;
  operation: string | undefined;
  left: number;
  onLost?: (body: string) => void;
}

/**
 * An HTTP proxy in front of a storage emulator that counts and breaks. Paths and `Authorization` go through unchanged:
 * a shared key signs the path and some headers, but not the host.
 */
export async function startStorageProxy(target: Pick<Azurite, 'ports' | 'account'>): Promise<StorageProxy> {
  const counts = new Map<string, number>();
  const traffic: StorageTraffic = { rows: 0, bytes: 0 };
  const listeners: TableInsertListener[] = [];
  let faults: Fault[] = [];
  const holds = new Map<string, Promise<unknown>>();
  let outage = false;

  const takeFault = (operation: string): Fault | undefined => {
    const fault = faults.find((each) => each.operation === undefined || each.operation === operation);
    if (!fault) return undefined;
    fault.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return fault;
  };

  const handle = async (service: StorageService, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://storage');
    const method = request.method ?? 'GET';
    const operation = nameStorageOperation(service, method, url);
    counts.set(operation, (counts.get(operation) ?? 0) + 1);

    const body = await buffer(request);
    const held = holds.get(operation);
    if (held) {
      await held;
      if (request.socket.destroyed) return;
    }
    const fault = outage ? undefined : takeFault(operation);
    if (outage || fault?.kind === 'drop-before') return void request.socket.destroy();
    if (fault?.kind === 'status') return void response.writeHead(fault.status).end();

    const answer = await passOn(target.ports[service], request, body);
    traffic.rows += countTableRows(operation, body, answer.body);
    traffic.bytes += body.length + answer.body.length;
    const table = service === 'table' ? findInsertTable(method, url) : undefined;
    if (table !== undefined && answer.status < 300) {
      const entity: unknown = JSON.parse(body.toString('utf8'));
      // An insert's body is an object.
      for (const listener of listeners) await listener(table, entity as Record<string, unknown>);
    }
    if (fault?.kind === 'drop-after') fault.onLost?.(answer.body.toString('utf8'));
    if (outage || fault?.kind === 'drop-after') return void request.socket.destroy();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const serve = (service: StorageService) =>
    startServer((request, response) => handle(service, request, response).catch(() => void request.socket.destroy()));
  const [blob, queue, table] = await Promise.all([serve('blob'), serve('queue'), serve('table')]);
  const ports = { blob: blob.port, queue: queue.port, table: table.port };

  return {
    connectionString: buildConnectionString(ports, target.account),
    ports,
    counts: () => Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b))),
    traffic: () => ({ ...traffic }),
    resetCounts() {
      counts.clear();
      Object.assign(traffic, { rows: 0, bytes: 0 });
    },
    failNext(times, { status = 503, operation } = {}) {
      faults.push({ kind: 'status', status, operation, left: times });
    },
    dropNext(times, { operation, when = 'before', onLost } = {}) {
      const kind = when === 'before' ? 'drop-before' : 'drop-after';
      faults.push({ kind, status: 0, operation, left: times, ...(onLost ? { onLost } : {}) });
    },
    hold(operation, until) {
      const held = until.then(
        () => {},
        () => {},
      );
      holds.set(operation, held);
      void held.then(() => holds.get(operation) === held && holds.delete(operation));
    },
    clearFaults() {
      faults = [];
    },
    setOutage(on) {
      outage = on;
    },
    onTableInsert(listener) {
      listeners.push(listener);
    },
    async stop() {
      await Promise.all([blob, queue, table].map(({ close }) => close()));
    },
  };
}

interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

function passOn(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, method, path: url, headers }, (incoming) => {
      buffer(incoming).then((answered) => {
        // The body is whole now, so the length is known and chunks are not needed.
        const kept = Object.entries(incoming.headersDistinct).filter(
          ([name]) => name !== 'transfer-encoding' && name !== 'connection',
        );
        const headersOut = Object.fromEntries(kept.map(([name, values]) => [name, values ?? []]));
        resolve({ status: incoming.statusCode ?? 502, headers: headersOut, body: answered });
      }, reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

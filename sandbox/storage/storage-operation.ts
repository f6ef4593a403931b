export type StorageService = 'blob' | 'queue' | 'table';

/** What a request to the storage service is, as a word a test can count: `table:insert`, `queue:receive`, ... */
export function nameStorageOperation(service: StorageService, method: string, url: URL): string {
  switch (service) {
    case 'queue':
      return `queue:${nameQueueOperation(method, url)}`;
    case 'table':
      return `table:${nameTableOperation(method, url)}`;
    case 'blob':
      return `blob:${nameBlobOperation(method, url)}`;
  }
}

/** The table an insert goes to, or `undefined` when the request is none: `POST /<account>/<table>`. */
export function findInsertTable(method: string, url: URL): string | undefined {
  return nameTableOperation(method, url) === 'insert' ? getResource(url) : undefined;
}

/** How many rows of a table a request is about, by its name: those of a list or a transaction, otherwise one. */
export function countTableRows(operation: string, body: Buffer, answer: Buffer): number {
  if (!operation.startsWith('table:')) return 0;
  if (operation === 'table:query') return countMatches(answer, /"RowKey":/g);
  return operation === 'table:transaction' ? countMatches(body, /^(?:POST|PUT|PATCH|MERGE|DELETE) http/gm) : 1;
}

function countMatches(text: Buffer, pattern: RegExp): number {
  return text.toString('utf8').match(pattern)?.length ?? 0;
}

function nameQueueOperation(method: string, url: URL): string {
  const isMessages = /\/messages(\/|$)/.test(url.pathname);
  if (!isMessages) return method === 'GET' || method === 'HEAD' ? 'properties' : method === 'PUT' ? 'create' : 'delete';
  if (method === 'POST') return 'send';
  if (method === 'PUT') return 'update';
  if (method === 'DELETE') return 'delete-message';
  return url.searchParams.get('peekonly') === 'true' ? 'peek' : 'receive';
}

function nameTableOperation(method: string, url: URL): string {
  const resource = getResource(url);
  const isEntity = resource.includes('PartitionKey=');
  if (resource === '$batch') return 'transaction';
  if (resource.startsWith('Tables')) return method === 'POST' ? 'create' : method === 'DELETE' ? 'drop' : 'list';
  if (method === 'POST') return 'insert';
  if (method === 'DELETE') return 'delete';
  if (method === 'GET') return isEntity ? 'get' : 'query';
  return 'update';
}

function nameBlobOperation(method: string, url: URL): string {
  if (url.searchParams.get('restype') === 'container') return method === 'PUT' ? 'create' : 'list';
  if (method === 'PUT') return 'put';
  if (method === 'DELETE') return 'delete';
  return 'get';
}

function getResource(url: URL): string {
  return decodeURIComponent(url.pathname.split('/')[2] ?? '');
}

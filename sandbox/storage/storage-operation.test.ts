import { expect, it } from 'vitest';

import { countTableRows, findInsertTable, nameStorageOperation } from './storage-operation.ts';

it.each([
  { service: 'queue', method: 'POST', path: '/a/tasks/messages', name: 'queue:send' },
  { service: 'queue', method: 'GET', path: '/a/tasks/messages?numofmessages=1', name: 'queue:receive' },
  { service: 'queue', method: 'GET', path: '/a/tasks/messages?peekonly=true', name: 'queue:peek' },
  { service: 'queue', method: 'PUT', path: '/a/tasks/messages/1?popreceipt=x', name: 'queue:update' },
  { service: 'queue', method: 'DELETE', path: '/a/tasks/messages/1?popreceipt=x', name: 'queue:delete-message' },
  { service: 'queue', method: 'GET', path: '/a/tasks?comp=metadata', name: 'queue:properties' },
  { service: 'queue', method: 'PUT', path: '/a/tasks', name: 'queue:create' },
  { service: 'table', method: 'POST', path: '/a/$batch', name: 'table:transaction' },
  { service: 'table', method: 'POST', path: '/a/Tables', name: 'table:create' },
  { service: 'table', method: 'POST', path: '/a/runs', name: 'table:insert' },
  { service: 'table', method: 'GET', path: "/a/runs(PartitionKey='p',RowKey='r')", name: 'table:get' },
  { service: 'table', method: 'GET', path: '/a/runs()?$filter=x', name: 'table:query' },
  { service: 'table', method: 'PUT', path: "/a/runs(PartitionKey='p',RowKey='r')", name: 'table:update' },
  { service: 'table', method: 'DELETE', path: "/a/runs(PartitionKey='p',RowKey='r')", name: 'table:delete' },
  { service: 'blob', method: 'PUT', path: '/a/artefacts?restype=container', name: 'blob:create' },
  { service: 'blob', method: 'PUT', path: '/a/artefacts/x', name: 'blob:put' },
  { service: 'blob', method: 'GET', path: '/a/artefacts/x', name: 'blob:get' },
] as const)('$method $path is $name', ({ service, method, path, name }) => {
  const url = new URL(path, 'http://storage');
  expect(nameStorageOperation(service, method, url)).toBe(name);
});

it('names the table of an insert and of nothing else', () => {
  expect(findInsertTable('POST', new URL('http://storage/a/runevents'))).toBe('runevents');
  expect(findInsertTable('POST', new URL('http://storage/a/$batch'))).toBeUndefined();
  expect(findInsertTable('PUT', new URL("http://storage/a/runevents(PartitionKey='p',RowKey='r')"))).toBeUndefined();
});

it.each([
  { operation: 'table:query', answer: '{"value":[{"RowKey":"a"},{"RowKey":"b","json":"{\\"RowKey\\":1}"}]}', rows: 2 },
  { operation: 'table:transaction', body: 'PUT http://a HTTP/1.1\n\n{}\nDELETE http://b HTTP/1.1', rows: 2 },
  { operation: 'table:get', rows: 1 },
  { operation: 'table:insert', rows: 1 },
  { operation: 'queue:send', rows: 0 },
])('counts the rows of $operation', ({ operation, body = '', answer = '', rows }) => {
  expect(countTableRows(operation, Buffer.from(body), Buffer.from(answer))).toBe(rows);
});

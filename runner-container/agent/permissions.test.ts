import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { PermissionRequest } from '@github/copilot-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { findRefusal } from './permissions.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cmap-test-'));
  for (const name of ['tree/src', 'tree/.git', 'tree-2', 'context'])
    mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, 'tree/src/a.ts'), '');
  symlinkSync('/etc', path.join(folder, 'tree/etc'));
  symlinkSync('../../tree-2', path.join(folder, 'tree/src/out'));
  symlinkSync('a.ts', path.join(folder, 'tree/src/link.ts'));
  symlinkSync('loop', path.join(folder, 'tree/loop'));
  symlinkSync('.git', path.join(folder, 'tree/git-link'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function isAllowed(access: 'read' | 'edit', request: object): boolean {
  const rules = { access, workTree: path.join(folder, 'tree'), readable: [path.join(folder, 'context')] };
  return findRefusal(request as PermissionRequest, rules) === undefined; // only the fields each rule reads matter
}

it.each([
  { file: 'tree', readable: true },
  { file: 'tree/src/a.ts', readable: true },
  { file: 'tree/src/link.ts', readable: true },
  { file: 'tree/missing/deep.ts', readable: true },
  { file: 'context/ticket.md', readable: true },
  { file: 'tree/../tree-2/x', readable: false },
  { file: 'tree-2', readable: false },
  { file: 'tree/etc/passwd', readable: false },
  { file: 'tree/src/out/new.ts', readable: false },
  { file: 'tree/loop/x', readable: false },
  { file: '/proc/self/environ', readable: false },
  { file: '/', readable: false },
])('reading $file: $readable', ({ file, readable }) => {
  expect(isAllowed('read', { kind: 'read', path: path.resolve(folder, file) })).toBe(readable);
});

it.each([
  { file: 'tree/src/a.ts', writable: true },
  { file: 'tree/new/deep.ts', writable: true },
  { file: 'tree/.gitignore', writable: true },
  { file: 'context/ticket.md', writable: false },
  { file: 'tree/etc/x', writable: false },
  { file: 'tree/src/out/x', writable: false },
  { file: 'tree/.git/config', writable: false },
  { file: 'tree/vendor/.GIT/hooks/x', writable: false },
  { file: 'tree/git-link/config', writable: false },
  { file: 'tree/loop/x', writable: false },
])('writing $file: $writable', ({ file, writable }) => {
  expect(isAllowed('edit', { kind: 'write', fileName: path.resolve(folder, file) })).toBe(writable);
});

it('changes and runs nothing in a read session', () => {
  expect(isAllowed('read', { kind: 'write', fileName: path.join(folder, 'tree/src/a.ts') })).toBe(false);
  expect(isAllowed('read', { kind: 'shell', fullCommandText: 'ls' })).toBe(false);
  expect(isAllowed('edit', { kind: 'shell', fullCommandText: 'ls' })).toBe(true);
});

it.each(['url', 'mcp', 'memory', 'custom-tool', 'hook', 'extension-management', 'factory', 'of a later version'])(
  'refuses kind %s',
  (kind) => {
    expect(isAllowed('edit', { kind })).toBe(false);
  },
);

it.each([
  { serverName: 'wiki', toolName: 'wiki-look_up', allowed: true },
  { serverName: 'wiki', toolName: 'wiki-delete_page', allowed: false },
  { serverName: 'all', toolName: 'all-anything', allowed: true },
  { serverName: 'other', toolName: 'wiki-look_up', allowed: false },
])('a tool of an MCP server is allowed as the map says: $serverName, $toolName', ({ allowed, ...request }) => {
  const reachedBy = { kind: 'http' as const, url: 'https://wiki.example.com', headers: {} };
  const mcpServers = [
    { name: 'wiki', reachedBy, tools: ['look_up'], isOptional: false },
    { name: 'all', reachedBy, isOptional: false },
  ];
  const asked = { kind: 'mcp', ...request } as PermissionRequest; // the other fields are not read
  expect(findRefusal(asked, { access: 'read', workTree: folder, readable: [], mcpServers }) === undefined).toBe(
    allowed,
  );
});

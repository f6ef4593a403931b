import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { createMemoryTools } from '../../../test/doubles/memory-tools.ts';
import { waitUntil } from '../../../test/wait-until.ts';
import { board } from './board.ts';

const tools = createMemoryTools({ mappings: { PROJ: { repo: 'group/app' } } });

it('serves the page until it is interrupted, and opens it unless told otherwise', async () => {
  const interrupted = new AbortController();
  const io = createMemoryIO({ interruption: () => interrupted.signal });
  const opened: string[] = [];
  const ended = board({ open: true, json: false }, io, tools, (url) => opened.push(url));
  await waitUntil('the page is opened', async () => opened.length > 0);
  const [url = ''] = opened;
  expect(io.stdout).toBe(`The board is at ${url}\nCtrl-C ends it. The address opens it for this machine only.\n`);
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(new URL('/runs', url))).status).toBe(403);
  interrupted.abort();

  expect(await ended).toBe(0);
  await expect(fetch(url)).rejects.toThrow();
});

it('only prints the address with --no-open', async () => {
  const io = createMemoryIO();
  const opened: string[] = [];
  expect(await board({ open: false, json: true }, io, tools, (url) => opened.push(url))).toBe(0);
  expect(opened).toEqual([]);
  expect(JSON.parse(io.stdout)).toMatchObject({ ok: true, url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:/) });
});

it('says in one line that a port is taken', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const io = createMemoryIO();

  expect(await board({ port, open: false, json: false }, io, tools)).toBe(1);
  expect(io.stderr).toBe(`cmap: port ${port} is taken; without --port a free one is used\n`);
  await new Promise((resolve) => other.close(resolve));
});

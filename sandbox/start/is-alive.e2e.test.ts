import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { listen } from '../http/listen.ts';
import { startChild } from '../job/child.ts';
import { isAlive } from './is-alive.ts';

it('is alive while its process runs and its functions listen', async () => {
  const { port, close } = await listen(createServer());
  const functionsUrl = `http://127.0.0.1:${port}`;
  const ended = startChild({ entry: '--version', env: {}, onLine: () => {} });
  await ended.exited;
  expect(await isAlive({ pid: process.pid, functionsUrl })).toBe(true);
  expect(await isAlive({ pid: ended.pid, functionsUrl })).toBe(false);
  await close();
  // The number of the process is given to another by now.
  expect(await isAlive({ pid: process.pid, functionsUrl })).toBe(false);
  expect(await isAlive({ pid: process.pid, functionsUrl: undefined })).toBe(false);
});

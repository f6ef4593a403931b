import { expect, it } from 'vitest';

import { readCappedBody } from './read-capped-body.ts';

function streamOf(sizes: number[], onPull: () => void = () => {}) {
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      onPull();
      const size = sizes[next];
      next += 1;
      if (size === undefined) controller.close();
      else controller.enqueue(new Uint8Array(size).fill(97));
    },
  });
}

it.each([
  { name: 'nothing at all', sizes: [], limit: 10, read: 0 },
  { name: 'exactly the limit', sizes: [4, 6], limit: 10, read: 10 },
  { name: 'one byte too many', sizes: [4, 7], limit: 10, read: undefined },
  { name: 'one large chunk', sizes: [5000], limit: 10, read: undefined },
])('$name', async ({ sizes, limit, read }) => {
  const body = await readCappedBody({ headers: new Headers(), body: streamOf(sizes) }, limit);
  expect(body).toMatchObject(read === undefined ? { kind: 'too-large' } : { kind: 'read' });
  if (body.kind === 'read') expect(body.bytes).toHaveLength(read ?? -1);
});

it('stops reading where the limit is passed', async () => {
  let pulls = 0;
  const endless = streamOf(new Array<number>(100_000).fill(1000), () => {
    pulls += 1;
  });
  expect(await readCappedBody({ headers: new Headers(), body: endless }, 10_000)).toEqual({ kind: 'too-large' });
  expect(pulls).toBeLessThan(20);
});

it('believes a length that is too large and reads nothing, and never one that is too small', async () => {
  let pulls = 0;
  const count = () => {
    pulls += 1;
  };
  const large = new Headers({ 'content-length': '11' });
  const unread = new ReadableStream<Uint8Array>({ pull: count }, { highWaterMark: 0 });
  expect(await readCappedBody({ headers: large, body: unread }, 10)).toEqual({ kind: 'too-large' });
  expect(pulls).toBe(0);
  const small = new Headers({ 'content-length': '3' });
  expect(await readCappedBody({ headers: small, body: streamOf([20]) }, 10)).toEqual({ kind: 'too-large' });
});

it('says that a sender went away', async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('reset'));
    },
  });
  expect(await readCappedBody({ headers: new Headers(), body: broken }, 10)).toEqual({ kind: 'broken' });
});

it('takes a request without a body as an empty one', async () => {
  expect(await readCappedBody({ headers: new Headers(), body: null }, 10)).toMatchObject({ kind: 'read' });
});

import { describe, expect, it } from 'vitest';
import { answerHttp, type HttpAnswer, MEMORY_ACCOUNT, refuseInXml } from '../../../../test/doubles/in-memory-http.ts';
import { openPoisonQueue } from './queue-account.ts';
import { createStorageMessages } from './storage-messages.ts';

/** A queue of an account whose service gives these answers, the last of them again and again. */
function serve(...answers: (HttpAnswer | 'silence')[]) {
  const http = answerHttp((_, index) => answers[Math.min(index, answers.length - 1)] ?? { status: 204 });
  return {
    ...http,
    messages: createStorageMessages(openPoisonQueue(MEMORY_ACCOUNT, '')),
    /** What was asked for, without the limit that every request has. */
    requests: () =>
      http.calls.map(({ method, url, body }) => {
        url.searchParams.delete('timeout');
        return [method, `${url.pathname}${url.search}`, body.match(/<MessageText>(.*)<.MessageText>/)?.[1]];
      }),
  };
}

function xml(status: number, body: string): HttpAnswer {
  return { status, headers: { 'content-type': 'application/xml' }, body: `<?xml version="1.0"?>${body}` };
}

function list(...ids: string[]): HttpAnswer {
  const items = ids.map(
    (id) =>
      `<QueueMessage><MessageId>${id}</MessageId><InsertionTime>Mon, 05 Jan 2026 00:00:01 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>r-${id}</PopReceipt><TimeNextVisible>Mon, 05 Jan 2026 00:01:00 GMT</TimeNextVisible><DequeueCount>2</DequeueCount><MessageText>text of ${id}</MessageText></QueueMessage>`,
  );
  return xml(200, `<QueueMessagesList>${items.join('')}</QueueMessagesList>`);
}

const at = (id: string) => ({
  messageId: id,
  text: `text of ${id}`,
  dequeueCount: 2,
  insertedAt: Date.UTC(2026, 0, 5, 0, 0, 1),
});

describe('a message', () => {
  it('is sent to stay until it is removed', async () => {
    const { messages, requests } = serve({ ...list('m'), status: 201 });
    await messages.send('hello');
    expect(requests()).toEqual([['POST', '/a/tasks-poison/messages?messagettl=-1', 'hello']]);
  });

  it('is sent as ours for a time, with the receipt that proves it', async () => {
    const { messages, requests } = serve({ ...list('m'), status: 201 });
    expect(await messages.sendHeld('hello', 180)).toEqual({
      ...at('m'),
      text: 'hello',
      dequeueCount: 0,
      receipt: 'r-m',
    });
    expect(requests()).toEqual([['POST', '/a/tasks-poison/messages?visibilitytimeout=180&messagettl=-1', 'hello']]);
  });

  it('is received with the receipt that proves it is ours', async () => {
    const { messages, requests } = serve(list('m', 'n'));
    expect(await messages.receive(32, 60)).toEqual([
      { ...at('m'), receipt: 'r-m' },
      { ...at('n'), receipt: 'r-n' },
    ]);
    expect(requests()).toEqual([['GET', '/a/tasks-poison/messages?numofmessages=32&visibilitytimeout=60', undefined]]);
  });

  it('is peeked without a receipt', async () => {
    const { messages, requests } = serve(list('m'));
    expect(await messages.peek(7)).toEqual([at('m')]);
    expect(requests()).toEqual([['GET', '/a/tasks-poison/messages?numofmessages=7&peekonly=true', undefined]]);
  });

  it('has a new receipt once its lease is longer, and keeps its text', async () => {
    const { messages, requests } = serve({ status: 204, headers: { 'x-ms-popreceipt': 'newer' } });
    expect(await messages.setVisibility('m', 'r/1', 30)).toBe('newer');
    expect(requests()).toEqual([
      ['PUT', '/a/tasks-poison/messages/m?popreceipt=r%2F1&visibilitytimeout=30', undefined],
    ]);
  });

  it('is removed with its receipt', async () => {
    const { messages, requests } = serve({ status: 204 });
    expect(await messages.remove('m', 'r/1')).toBe(true);
    expect(requests()).toEqual([['DELETE', '/a/tasks-poison/messages/m?popreceipt=r%2F1', undefined]]);
  });

  it.each([
    { status: 404, code: 'MessageNotFound' },
    { status: 400, code: 'PopReceiptMismatch' },
  ])('is no longer ours when the answer is $code', async ({ status, code }) => {
    const { messages } = serve(refuseInXml(status, code));
    expect(await messages.setVisibility('m', 'r', 30)).toBeUndefined();
    expect(await messages.remove('m', 'r')).toBe(false);
  });
});

describe('the messages of a queue', () => {
  it('are counted by the service', async () => {
    const { messages } = serve({ status: 200, headers: { 'x-ms-approximate-messages-count': '12' } }, { status: 200 });
    expect(await messages.count()).toBe(12);
    expect(await messages.count()).toBe(0);
  });

  it.each([
    { answer: refuseInXml(403, 'AuthorizationFailure'), error: { code: 'storage-refused' }, calls: 1 },
    { answer: 'silence' as const, error: { code: 'storage-unavailable' }, calls: 1 },
    { answer: refuseInXml(503, 'ServerBusy'), error: { code: 'storage-unavailable' }, calls: 3 },
  ])('cannot be used in any way when the answer is $answer', async ({ answer, error, calls: tries }) => {
    const { messages, calls, limits } = serve(answer);
    const uses = [
      () => messages.send('x'),
      () => messages.receive(1, 1),
      () => messages.peek(1),
      () => messages.setVisibility('m', 'r', 1),
      () => messages.remove('m', 'r'),
      () => messages.count(),
    ];
    for (const [index, use] of uses.entries()) {
      await expect(use()).rejects.toMatchObject(error);
      expect(calls).toHaveLength(tries * (index + 1));
    }
    expect(limits).toEqual(uses.map(() => 30_000));
  });

  it('were not lost to another where the queue is missing', async () => {
    const { messages, calls } = serve(refuseInXml(404, 'QueueNotFound'));
    const refused = { code: 'storage-refused', detail: '404 QueueNotFound' };
    await expect(messages.setVisibility('m', 'r', 1)).rejects.toMatchObject(refused);
    await expect(messages.remove('m', 'r')).rejects.toMatchObject(refused);
    // A message that was ours is not in a queue that is made now.
    expect(calls).toHaveLength(2);
  });

  it('are asked for again at once, and a moment later, while the service is busy', async () => {
    const { messages, calls, pauses } = serve(
      refuseInXml(503, 'ServerBusy'),
      refuseInXml(500, 'InternalError'),
      list('m'),
    );
    expect(await messages.receive(1, 1)).toHaveLength(1);
    expect(pauses).toEqual([0, 300]);
    expect(calls.map(({ url }) => url.searchParams.get('timeout'))).toEqual(['30', '30', '30']);
  });
});

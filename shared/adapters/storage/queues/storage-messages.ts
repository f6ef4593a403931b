import type { QueueClient } from '@azure/storage-queue';

import { limitCall } from '../account/account.ts';
import { createOnNeed } from '../account/create-on-need.ts';
import { describeStorageError, toStorageError } from '../account/storage-error.ts';
import type { Messages, PeekedMessage } from './messages.ts';

const NEVER_EXPIRES = -1;

/** One queue of Azure Queue Storage, with plain text messages; the first use makes it where it is missing. */
export function createStorageMessages(queue: QueueClient): Messages {
  const onNeed = createOnNeed(() => queue.create(limitCall()));
  return {
    async send(text) {
      // Without it a message would vanish after seven days, and so would the longest visibility timeout.
      await translate(onNeed(() => queue.sendMessage(text, { messageTimeToLive: NEVER_EXPIRES, ...limitCall() })));
    },

    async sendHeld(text, visibilityTimeoutSeconds) {
      const options = { messageTimeToLive: NEVER_EXPIRES, visibilityTimeout: visibilityTimeoutSeconds };
      const sent = await translate(onNeed(() => queue.sendMessage(text, { ...options, ...limitCall() })));
      const { messageId, insertedOn, popReceipt: receipt } = sent;
      return { messageId, text, dequeueCount: 0, insertedAt: insertedOn.getTime(), receipt };
    },

    async receive(count, visibilityTimeoutSeconds) {
      const options = { numberOfMessages: count, visibilityTimeout: visibilityTimeoutSeconds };
      const { receivedMessageItems } = await translate(
        onNeed(() => queue.receiveMessages({ ...options, ...limitCall() })),
      );
      return receivedMessageItems.map((item) => ({ ...toPeeked(item), receipt: item.popReceipt }));
    },

    async setVisibility(messageId, receipt, seconds) {
      const updated = await orLost(queue.updateMessage(messageId, receipt, undefined, seconds, limitCall()));
      return updated?.popReceipt;
    },

    async remove(messageId, receipt) {
      return (await orLost(queue.deleteMessage(messageId, receipt, limitCall()))) !== undefined;
    },

    async peek(count) {
      const { peekedMessageItems } = await translate(
        onNeed(() => queue.peekMessages({ numberOfMessages: count, ...limitCall() })),
      );
      return peekedMessageItems.map(toPeeked);
    },

    async count() {
      const { approximateMessagesCount } = await translate(onNeed(() => queue.getProperties(limitCall())));
      return approximateMessagesCount ?? 0;
    },
  };
}

function toPeeked(item: {
  messageId: string;
  messageText: string;
  dequeueCount: number;
  insertedOn: Date;
}): PeekedMessage {
  return {
    messageId: item.messageId,
    text: item.messageText,
    dequeueCount: item.dequeueCount,
    insertedAt: item.insertedOn.getTime(),
  };
}

async function translate<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw toStorageError(error);
  }
}

/** The two answers to a lease that has lapsed; a queue that does not exist is 404 too, but an error. */
async function orLost<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const { code } = describeStorageError(error);
    if (code === 'MessageNotFound' || code === 'PopReceiptMismatch') return undefined;
    throw toStorageError(error);
  }
}

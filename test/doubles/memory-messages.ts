import type { Messages, PeekedMessage } from '../../shared/adapters/storage/queues/messages.ts';
import { type Clock, SECOND } from '../../shared/kernel/clock.ts';

interface Entry extends PeekedMessage {
  visibleAt: number;
  receipt: string;
}

/** The id of the message that is sent as the first, the second and so on. */
export type NameMessage = (count: number) => string;

/** As Azure names messages, so that commands take them for ids. */
export const nameByUuid: NameMessage = (count) => `${(0x3f25_0000 + count).toString(16)}-4f89-41d3-9a0c-0305e82c3301`;

const MAX_COUNT = 32;

/** A queue in memory with the same promises; the double of `createStorageMessages`. */
export function createMemoryMessages(clock: Clock, nameMessage: NameMessage = (count) => `message-${count}`): Messages {
  const entries = new Map<string, Entry>();
  let ids = 0;
  let receipts = 0;

  const nextReceipt = (): string => {
    receipts += 1;
    return `receipt-${receipts}`;
  };
  const listVisible = (count: number): Entry[] => {
    const visible = [...entries.values()].filter(({ visibleAt }) => visibleAt <= clock.now());
    return visible.slice(0, Math.min(count, MAX_COUNT));
  };
  const findOurs = (messageId: string, receipt: string): Entry | undefined => {
    const entry = entries.get(messageId);
    return entry?.receipt === receipt ? entry : undefined;
  };

  const add = (text: string, visibleAt: number): Entry => {
    ids += 1;
    const messageId = nameMessage(ids);
    const entry = { messageId, text, dequeueCount: 0, insertedAt: clock.now(), visibleAt, receipt: nextReceipt() };
    entries.set(messageId, entry);
    return entry;
  };

  return {
    async send(text) {
      add(text, clock.now());
    },

    async sendHeld(text, visibilityTimeoutSeconds) {
      const { visibleAt: _, ...sent } = add(text, clock.now() + visibilityTimeoutSeconds * SECOND);
      return sent;
    },

    async receive(count, visibilityTimeoutSeconds) {
      return listVisible(count).map((entry) => {
        entry.dequeueCount += 1;
        entry.visibleAt = clock.now() + visibilityTimeoutSeconds * SECOND;
        entry.receipt = nextReceipt();
        const { visibleAt: _, ...received } = entry;
        return received;
      });
    },

    async setVisibility(messageId, receipt, seconds) {
      const entry = findOurs(messageId, receipt);
      if (!entry) return undefined;
      entry.visibleAt = clock.now() + seconds * SECOND;
      entry.receipt = nextReceipt();
      return entry.receipt;
    },

    async remove(messageId, receipt) {
      return findOurs(messageId, receipt) !== undefined && entries.delete(messageId);
    },

    peek: async (count) =>
      listVisible(count).map(({ messageId, text, dequeueCount, insertedAt }) => ({
        messageId,
        text,
        dequeueCount,
        insertedAt,
      })),

    count: async () => entries.size,
  };
}

export interface PeekedMessage {
  messageId: string;
  text: string;
  /** Times it has been received. */
  dequeueCount: number;
  insertedAt: number;
}

export interface ReceivedMessage extends PeekedMessage {
  /** Proof that the message is ours; every renewal replaces it. */
  receipt: string;
}

/** One queue of texts with visibility timeouts: as much of a storage queue as we use. */
export interface Messages {
  /** The message never expires. */
  send(text: string): Promise<void>;
  /** Sends a message that is ours for this long from the beginning. */
  sendHeld(text: string, visibilityTimeoutSeconds: number): Promise<ReceivedMessage>;
  /** Up to 32 visible messages, invisible to others for this long. */
  receive(count: number, visibilityTimeoutSeconds: number): Promise<ReceivedMessage[]>;
  /** Makes the message visible after this long (0: now); the new receipt, or `undefined` when it is no longer ours. */
  setVisibility(messageId: string, receipt: string, seconds: number): Promise<string | undefined>;
  /** False when it is no longer ours. */
  remove(messageId: string, receipt: string): Promise<boolean>;
  /** Up to 32 visible messages. */
  peek(count: number): Promise<PeekedMessage[]>;
  /** Approximate, invisible ones included. */
  count(): Promise<number>;
}

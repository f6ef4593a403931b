import type { HttpRequest } from '@azure/functions';

/** A webhook delivery as it came. */
export interface Delivery {
  headers: HttpRequest['headers'];
  /** The bytes as they came. */
  rawBody: Buffer;
  /** The same as text, without a byte order mark. */
  readonly text: string;
}

/** Durable as a run, durable as something that needs none, or not for us. */
export type DeliveryResult = { runId: string; duplicate: boolean } | { noted: string } | { skipped: string };

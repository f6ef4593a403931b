import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import type { Html } from '../../../cli/commands/board/page/layout.ts';
import { streamChanges } from '../../../cli/commands/board/server/stream-changes.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import { ApiRefusal } from '../api/call-api.ts';

/** Says whether something looks different from before; distances in time do not count. */
export function stampOf(data: unknown): string {
  return createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 16);
}

export interface PartStream<Data> {
  read(): Promise<Data>;
  render(data: Data): Html;
  clock: Clock;
  ended: AbortSignal;
}

/** Sends the changing part of a page whenever what it shows has changed. */
export function streamPart<Data>(context: Context, { read, render, clock, ended }: PartStream<Data>): Response {
  let sent = '';
  return streamChanges(context, {
    clock,
    ended,
    async look() {
      const data = await read().catch((error: unknown) => {
        // Gone, for example: the page itself says so when it is loaded again.
        if (error instanceof ApiRefusal) return undefined;
        throw error;
      });
      const stamp = stampOf(data);
      if (data === undefined || stamp === sent) return undefined;
      sent = stamp;
      return { event: 'part', data: JSON.stringify({ stamp, part: String(await render(data)) }) };
    },
  });
}

import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import { type Clock, SECOND } from '../../../../shared/kernel/clock.ts';
import { TaskError } from '../../../../shared/kernel/errors.ts';
import { describeFailure } from '../../../output/describe-error.ts';

export interface ChangeStream {
  /** What to send now, as a name and data; `undefined` when nothing changed. */
  look(): Promise<{ event: string; data: string } | undefined>;
  clock: Clock;
  ended: AbortSignal;
}

const EVERY_MS = 3 * SECOND;

/**
 * Looks again and again and sends what changed as server-sent events, until the reader is gone. An outage of storage is
 * waited out, and said once.
 */
export function streamChanges(context: Context, { look, clock, ended }: ChangeStream): Response {
  const until = AbortSignal.any([context.req.raw.signal, ended]);
  return streamSSE(context, async (stream) => {
    let isOut = false;
    while (!until.aborted && !stream.aborted) {
      try {
        const change = await look();
        // A comment line in between shows the reader that the connection lives.
        if (change) await stream.writeSSE(change);
        else if (isOut) await stream.writeSSE({ event: 'back', data: '' });
        else await stream.write(': nothing new\n\n');
        isOut = false;
      } catch (error) {
        if (!(error instanceof TaskError)) throw error;
        if (!isOut) await stream.writeSSE({ event: 'trouble', data: describeFailure(error) });
        isOut = true;
      }
      await clock.sleep(EVERY_MS, until).catch(() => {});
    }
  });
}

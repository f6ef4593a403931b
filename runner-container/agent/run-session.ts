import type { CopilotClient, SessionConfig, SessionEvent } from '@github/copilot-sdk';

import type { Clock } from '../../shared/kernel/clock.ts';
import { becomesIdle, dies, type Ending, fallsSilent, givesUp, isInterrupted, runsOutOfTime } from './endings.ts';
import { type ImagesToShow, showImages } from './show-images.ts';
import type { Watchdog } from './watchdog.ts';

export interface SessionRun {
  client: CopilotClient;
  /** Of the session: a new one, or one that is taken up again with all that was said. */
  id: string;
  isFirst: boolean;
  /** Whether it may be taken up again later. */
  isKept: boolean;
  config: SessionConfig;
  message: string;
  /** What goes out with the message. */
  images: ImagesToShow;
  deadlineMs: number;
  activity: Watchdog;
  clock: Clock;
  onEvent: (event: SessionEvent) => void;
}

/**
 * Starts or takes up a session, sends the message and resolves with the first ending there is. Never throws.
 *
 * The SDK's own way to wait does not notice a dead runtime, stops waiting but not the agent when time is up, and waits
 * forever while a command runs in the background.
 */
export async function runSession(run: SessionRun, signal: AbortSignal): Promise<Ending> {
  const { client, clock, deadlineMs, activity } = run;
  const over = new AbortController();
  try {
    return await Promise.race([
      converse(run, over.signal),
      runsOutOfTime(clock, deadlineMs, over.signal),
      fallsSilent(activity, over.signal),
      isInterrupted(signal),
    ]);
  } catch (cause) {
    return { kind: 'failed', code: 'agent-crashed', cause };
  } finally {
    over.abort();
    // Without waiting: SIGKILL to the runtime. What it started is ended by the account's user.
    client.forceStop().catch(() => undefined);
  }
}

async function converse(run: SessionRun, over: AbortSignal): Promise<Ending> {
  await run.client.start();
  return Promise.race([exchange(run), dies(run.client, run.clock, over)]);
}

async function exchange({
  client,
  id,
  isFirst,
  isKept,
  config,
  message,
  images,
  onEvent,
}: SessionRun): Promise<Ending> {
  const session = await (isFirst
    ? client.createSession({ ...config, sessionId: id })
    : client.resumeSession(id, config));
  session.on(onEvent);
  // Only its failure is an ending.
  const sent = session.send(await showImages(client, message, images)).then(() => new Promise<never>(() => undefined));
  const ending = await Promise.race([becomesIdle(session), givesUp(session), sent]);
  // The runtime writes down what was said when a session is closed; killed before, it would know only our messages.
  if (isKept && ending.kind === 'idle') await session.disconnect();
  return ending;
}

import type { Environment } from '../environment/start-environment.ts';
import type { Narrator } from './narrator.ts';
import { playReviews } from './play-reviews.ts';
import { playRework } from './play-rework.ts';
import { playTickets } from './play-tickets.ts';

export interface StoryOptions {
  /** A real model takes minutes where the scripted one takes seconds, and what it will write is not known. */
  ownModel: boolean;
}

/** The demo's chapters in order. */
export async function playDemo(environment: Environment, narrator: Narrator, options: StoryOptions): Promise<void> {
  const settleWithinMs = options.ownModel ? 20 * 60_000 : 60_000;
  await playTickets(environment, narrator, settleWithinMs);
  await playReviews(environment, narrator, settleWithinMs);
  await playRework(environment, narrator, settleWithinMs);
}

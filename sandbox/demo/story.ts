import type { World } from '../environment/start-environment.ts';
import type { Narrator } from './narrator.ts';
import { playReviews } from './play-reviews.ts';
import { playRework } from './play-rework.ts';
import { playTickets } from './play-tickets.ts';

export interface StoryOptions {
  /** A real model takes minutes where the scripted one takes seconds, and nobody knows what it will write. */
  ownModel: boolean;
}

/** The demo's chapters in order. */
export async function playStory(world: World, narrator: Narrator, options: StoryOptions): Promise<void> {
  const settleWithinMs = options.ownModel ? 20 * 60_000 : 60_000;
  await playTickets(world, narrator, settleWithinMs);
  await playReviews(world, narrator, settleWithinMs);
  await playRework(world, narrator, settleWithinMs);
}

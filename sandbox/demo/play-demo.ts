import { MINUTE } from '../../shared/kernel/clock.ts';
import type { Environment } from '../environment/start-environment.ts';
import type { Narrator } from './narrator.ts';
import { type DemoAudit, playAudit } from './play-audit.ts';
import { playReviews } from './play-reviews.ts';
import { playRework } from './play-rework.ts';
import { playTickets } from './play-tickets.ts';

export interface StoryOptions {
  /** A real model takes minutes where the scripted one takes seconds, and what it will write is not known. */
  ownModel: boolean;
}

/** Ends a story that hangs: a model thinks for minutes, and a busy machine needs as long for what takes seconds. */
export function patienceOf({ ownModel }: StoryOptions): number {
  return ownModel ? 20 * MINUTE : 10 * MINUTE;
}

/** The demo's chapters in order; the last one audits what the others have made. */
export async function playDemo(
  environment: Environment,
  narrator: Narrator,
  options: StoryOptions,
): Promise<DemoAudit> {
  const settleWithinMs = patienceOf(options);
  await playTickets(environment, narrator, settleWithinMs);
  await playReviews(environment, narrator, settleWithinMs);
  await playRework(environment, narrator, settleWithinMs);
  return playAudit(environment, narrator, settleWithinMs);
}

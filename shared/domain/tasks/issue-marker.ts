import * as z from 'zod';

import { HOUR, MINUTE } from '../../kernel/clock.ts';
import { lazily } from '../../kernel/lazily.ts';

/**
 * What a deployment writes on an issue while it works on it, for people and for other deployments that share the Jira
 * site. Jira's properties know no compare-and-set, so of two that look at the same moment both may start: the marker is
 * advice among deployments. Inside one deployment the scope decides.
 */
export const IssueMarker = lazily(() =>
  z.object({
    run: z.string().min(1).max(200),
    agentId: z.string().min(1).max(200),
    /** Milliseconds since the Unix epoch. */
    expiresAt: z.number(),
  }),
);
export type IssueMarker = z.infer<ReturnType<typeof IssueMarker>>;

/**
 * How long a marker holds without renewal, and how often it is renewed: work of less than five minutes costs two calls.
 */
export const MARKER_MS = 15 * MINUTE;
export const RENEW_MARKER_EVERY_MS = 5 * MINUTE;

/**
 * No deployment writes a marker this long; one that says so is none, or no deployment could ever work on the issue
 * again.
 */
const LONGEST_MS = HOUR;

/** The marker of another deployment that still holds; `undefined` for our own, an expired one and anything else. */
export function findForeignMarker(value: unknown, agentId: string, now: number): IssueMarker | undefined {
  const marker = IssueMarker().safeParse(value).data;
  if (!marker || marker.agentId === agentId) return undefined;
  return marker.expiresAt > now && marker.expiresAt <= now + LONGEST_MS ? marker : undefined;
}

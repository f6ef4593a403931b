import * as z from 'zod';
import { MINUTE } from '../../kernel/clock.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Secret } from '../../kernel/secret.ts';
import { readRetryAfterMs } from './read-retry-after.ts';

const Problems = z.array(z.object({ where: z.string(), message: z.string() }));

const Reloaded = z.object({
  generation: z.number(),
  added: z.array(z.string()),
  removed: z.array(z.string()),
  changed: z.array(z.object({ jiraProject: z.string(), fields: z.array(z.string()) })),
  warnings: Problems.default([]),
});

/** What the functions app says to a reload. */
export type ReloadAnswer =
  | ({ kind: 'reloaded' } & z.infer<typeof Reloaded>)
  /** The map cannot be used; the one before stays. */
  | { kind: 'refused'; problems: z.infer<typeof Problems> }
  /** A moment ago there was another one. */
  | { kind: 'later'; waitMs: number }
  | { kind: 'unauthorized' }
  | { kind: 'unreachable' }
  /** Something else answers at this address, or the app is in trouble. */
  | { kind: 'odd'; status: number };

export interface ReloadRequest {
  /** Of the functions app, without a route. */
  appUrl: string;
  secret: Secret;
  dryRun: boolean;
}

/** The app looks every binding up before it answers. */
const TIMEOUT_MS = 2 * MINUTE;

/**
 * Asks the functions app to put its map in force, or to say what that would change. The secret follows no redirect.
 * Never throws for an answer.
 */
export async function askReload(
  { appUrl, secret, dryRun }: ReloadRequest,
  { fetch: send = fetch, now = Date.now }: { fetch?: typeof fetch; now?: () => number } = {},
): Promise<ReloadAnswer> {
  let response: Response;
  try {
    response = await send(`${appUrl.replace(/\/+$/, '')}/api/config/reload${dryRun ? '?dry-run=1' : ''}`, {
      method: 'POST',
      headers: { 'x-cmap-admin-secret': secret.reveal() },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return { kind: 'unreachable' };
  }
  const body = parseJson(await response.text().catch(() => ''));
  return toAnswer(response, body, now);
}

function toAnswer({ status, headers }: Response, body: unknown, now: () => number): ReloadAnswer {
  if (status === 401) return { kind: 'unauthorized' };
  if (status === 429 || status === 503) {
    const waitMs = readRetryAfterMs(headers, now());
    return waitMs === undefined ? { kind: 'odd', status } : { kind: 'later', waitMs };
  }
  const refused = z.object({ problems: Problems }).safeParse(body);
  if (status === 422 && refused.success) return { kind: 'refused', ...refused.data };
  const reloaded = Reloaded.safeParse(body);
  return status === 200 && reloaded.success ? { kind: 'reloaded', ...reloaded.data } : { kind: 'odd', status };
}

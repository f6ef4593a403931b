import { SECOND } from '../../kernel/clock.ts';
import type { Secret } from '../../kernel/secret.ts';

export interface ModelEndpoint {
  /** As `COPILOT_PROVIDER_BASE_URL` names it. */
  baseUrl: string;
  apiKey?: Secret;
}

/** What a model endpoint says to a listing of its models, which costs nothing: a status, or nothing at all. */
export type ModelProbe = { kind: 'status'; status: number } | { kind: 'unreachable' };

const TIMEOUT_MS = 10 * SECOND;

/** Asks an endpoint that speaks OpenAI's API for its models, with the key as both kinds of endpoint want it. Never throws for an answer. */
export async function probeModel({ baseUrl, apiKey }: ModelEndpoint): Promise<ModelProbe> {
  const key = apiKey?.reveal();
  try {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/models`, {
      headers: key === undefined ? {} : { authorization: `Bearer ${key}`, 'api-key': key },
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return { kind: 'status', status: response.status };
  } catch {
    return { kind: 'unreachable' };
  }
}

import type * as z from 'zod';

import { TaskError } from '../../kernel/errors.ts';

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/rest/api/3/`, segments encoded. */
  path: string;
  query?: Record<string, string | number>;
  body?: unknown;
  /** Sent in place of a body: files. */
  form?: FormData;
  /**
   * Doing it twice changes nothing more than doing it once, so it may be repeated when it is not known whether Jira did
   * it.
   */
  repeatable: boolean;
}

/** The path of an issue, or of something below it; every segment is encoded. */
export function issuePath(key: string, ...below: string[]): string {
  return ['issue', key, ...below].map(encodeURIComponent).join('/');
}

export function get(path: string, query?: Record<string, string | number>): ApiRequest {
  return { method: 'GET', path, repeatable: true, ...(query ? { query } : {}) };
}

export function put(path: string, body: unknown): ApiRequest {
  return { method: 'PUT', path, body, repeatable: true };
}

/** Where a request goes, below the address of the API. */
export function toApiUrl({ path, query }: Pick<ApiRequest, 'path' | 'query'>, baseUrl: string): URL {
  const url = new URL(`${baseUrl.replace(/\/+$/, '')}/rest/api/3/${path}`);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, String(value));
  return url;
}

/** A POST that only asks, or that sets something by its key. */
export function postRepeatable(path: string, body: unknown): ApiRequest {
  return { method: 'POST', path, body, repeatable: true };
}

/** A POST that would do harm when done twice. */
export function postOnce(path: string, body: unknown): ApiRequest {
  return { method: 'POST', path, body, repeatable: false };
}

/** @throws {TaskError} `jira-unavailable` when the answer is not what Jira's documentation promises. */
export function parseResponse<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new TaskError('jira-unavailable', { detail: 'Jira answered something unexpected', cause: parsed.error });
}

/** Turns "Jira does not know it" into `undefined`. */
export async function orUndefined<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof TaskError && error.code === 'jira-not-found') return undefined;
    throw error;
  }
}

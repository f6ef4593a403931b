import type * as z from 'zod';
import { SECOND } from '../../../shared/kernel/clock.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';

/** A REST API and who asks it. */
export interface ApiAccess {
  /** `GitLab` or `Jira`. */
  name: string;
  /** Where paths begin, without a slash at its end. */
  url: string;
  /** Name and value of the header that says who asks. */
  authorization: { header: string; value: Secret };
}

export interface ApiCall {
  method?: 'GET' | 'POST' | 'PUT';
  /** Below the address of the API, encoded, with its query. */
  path: string;
  body?: unknown;
}

/** What the service said instead of doing it. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

const TIMEOUT_MS = 10 * SECOND;

/** Asks an API and reads its answer. @throws {ApiRefusal} with the service's own sentence. */
export async function callApi<T>(access: ApiAccess, call: ApiCall, schema: z.ZodType<T>): Promise<T> {
  const response = await send(access, call);
  return schema.parse(await response.json());
}

/** Asks for something whose answer tells nothing. @throws {ApiRefusal} with the service's own sentence. */
export async function sendApi(access: ApiAccess, call: ApiCall): Promise<void> {
  await (await send(access, call)).arrayBuffer();
}

async function send({ name, url, authorization }: ApiAccess, { method = 'GET', path, body }: ApiCall) {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      [authorization.header]: authorization.value.reveal(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw new ApiRefusal(502, `${name} at ${url} does not answer: start the sandbox again`, { cause: error });
  });
  if (response.ok) return response;
  throw new ApiRefusal(response.status, describeRefusal(name, response.status, await response.text()));
}

/** `GitLab answered 406: Branch cannot be merged`, from whichever of its forms a service chose for its errors. */
export function describeRefusal(name: string, status: number, text: string): string {
  const sentences = readSentences(text);
  return `${name} answered ${status}${sentences.length > 0 ? `: ${sentences.join('; ')}` : ''}`;
}

function readSentences(text: string): string[] {
  try {
    const { message, error, errorMessages, errors } = JSON.parse(text) as Record<string, unknown>;
    return [message, error, errorMessages, errors].flatMap(toSentences);
  } catch {
    return [];
  }
}

function toSentences(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(toSentences);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) =>
    toSentences(inner).map((sentence) => `${field} ${sentence}`),
  );
}

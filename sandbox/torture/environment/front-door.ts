import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

import { plainHeaders } from '../../http/plain-headers.ts';
import { sendReply } from '../../http/send-reply.ts';
import { startServer } from '../../http/start-server.ts';
import type { Random } from './random.ts';

/** What stands before several instances of the functions app, as the platform's own front end does, and worse. */
export interface FrontDoor {
  /** Without a trailing slash. */
  url: string;
  /** Off, every request reaches one instance once and in order. */
  setTrouble(on: boolean): void;
  counts(): { requests: number; duplicated: number; delayed: number; lost: number };
  stop(): Promise<void>;
}

export interface FrontDoorOptions {
  /** The instances that take requests now. */
  instances: () => string[];
  random: Random;
}

interface Letter {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** Of one connection, not of the request. */
const CONNECTION_HEADERS = ['host', 'connection', 'content-length', 'transfer-encoding'];
const LOST = 0.05;
const DUPLICATED = 0.2;
const DELAYED = 0.25;
const LONGEST_DELAY_MS = 3000;
/** A sender such as Jira tries again when there was no answer. */
const TRIES = 12;
const TRY_AGAIN_MS = 1500;

/**
 * Passes requests to any instance. In trouble, webhooks come late and so out of order, twice at two instances, or
 * never, so that polls have to find what was lost. Deliveries of Jira that were not accepted are tried again, as Jira
 * does; GitLab's are not.
 */
export async function startFrontDoor({ instances, random }: FrontDoorOptions): Promise<FrontDoor> {
  const counts = { requests: 0, duplicated: 0, delayed: 0, lost: 0 };
  let trouble = false;

  const passOn = async (letter: Letter): Promise<{ status: number; body: string }> => {
    const isJira = letter.path.startsWith('/api/webhooks/jira');
    for (let attempt = 1; ; attempt += 1) {
      const answer = await send(letter, random.pick(instances()));
      if (answer.status < 500 || !isJira || attempt >= TRIES) return answer;
      await delay(TRY_AGAIN_MS);
    }
  };

  const deliver = async (letter: Letter) => {
    counts.requests += 1;
    const isWebhook = letter.path.startsWith('/api/webhooks/');
    if (!trouble || !isWebhook) return passOn(letter);
    if (random.chance(LOST)) {
      counts.lost += 1;
      return { status: 502, body: '' };
    }
    if (random.chance(DUPLICATED)) {
      counts.duplicated += 1;
      const copyAfterMs = random.between(0, LONGEST_DELAY_MS);
      void delay(copyAfterMs).then(() => passOn(letter));
    }
    if (random.chance(DELAYED)) {
      counts.delayed += 1;
      await delay(random.between(0, LONGEST_DELAY_MS));
    }
    return passOn(letter);
  };

  const server = await startServer(async (request, response) => {
    const { method = 'GET', url: path = '/' } = request;
    const letter = {
      method,
      path,
      headers: plainHeaders(request.headers, CONNECTION_HEADERS),
      body: await buffer(request),
    };
    const { status, body } = await deliver(letter);
    sendReply(response, { status, body, headers: { 'content-type': 'application/json' } });
  });

  return {
    url: server.url,
    setTrouble(on) {
      trouble = on;
    },
    counts: () => ({ ...counts }),
    stop: server.close,
  };
}

/** Never throws: an instance that died meanwhile is a 503, as a front end would say. */
async function send({ method, path, headers, body }: Letter, instance: string | undefined) {
  if (instance === undefined) return { status: 503, body: '{"error":"no instance"}' };
  try {
    const response = await fetch(`${instance}${path}`, {
      method,
      headers: { ...headers, connection: 'close' },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
      signal: AbortSignal.timeout(60_000),
    });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 503, body: '{"error":"instance gone"}' };
  }
}

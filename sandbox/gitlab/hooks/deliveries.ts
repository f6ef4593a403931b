import { createHmac, randomUUID } from 'node:crypto';
import { DAY, MINUTE } from '../../../shared/kernel/clock.ts';
import type { FakeState, GitLabEvent, SandboxHook, SandboxProject } from '../state/fake-state.ts';
import { buildPayload } from './payloads.ts';

/** A delivery that was tried. */
export interface Delivery {
  hookId: number;
  url: string;
  event: string;
  headers: Record<string, string>;
  body: string;
  /** 0 when there was no answer. */
  status: number;
  answer: string;
}

export interface Deliveries {
  /** Delivers to every hook of the project that listens. Nothing waits for it, as in GitLab. */
  announce(state: FakeState, event: GitLabEvent): void;
  /** Every delivery so far, in the order their answers came. */
  readonly made: readonly Delivery[];
  /** Sends a delivery once more: same id, same body, a new time stamp. */
  redeliver(delivery: Delivery, state: FakeState): Promise<Delivery>;
  /** Sends each delivery this often from now on. */
  setCopies(copies: number): void;
  /** Resolves when no delivery is under way. */
  settle(): Promise<void>;
}

const TIMEOUT_MS = 10_000; // GitLab's default.

export function createDeliveries(): Deliveries {
  const made: Delivery[] = [];
  const underWay = new Set<Promise<unknown>>();
  let copies = 1;

  async function send(hook: SandboxHook, event: string, id: string, body: string, state: FakeState): Promise<Delivery> {
    const headers = buildHeaders(hook, { event, id, body }, state);
    const { status, answer } = await post(hook.url, headers, body);
    const delivery = { hookId: hook.id, url: hook.url, event, headers, body, status, answer };
    made.push(delivery);
    count(hook, status, state.clock.now());
    return delivery;
  }

  function start(work: Promise<unknown>): void {
    underWay.add(work);
    work.finally(() => underWay.delete(work)).catch(() => {}); // `send` has recorded what went wrong.
  }

  return {
    made,
    announce(state, event) {
      const { name, project, wants } = describeEvent(event);
      const body = JSON.stringify(buildPayload(state, event)); // Now: the state changes while it is sent.
      for (const hook of project.hooks) {
        if (!wants(hook)) continue;
        if (state.clock.now() < hook.disabledUntil) continue;
        const id = randomUUID();
        for (let copy = 0; copy < copies; copy += 1) start(send(hook, name, id, body, state));
      }
    },
    redeliver(delivery, state) {
      const hook = state.projects.flatMap(({ hooks }) => hooks).find(({ id }) => id === delivery.hookId);
      if (!hook) throw new Error(`Hook ${delivery.hookId} is gone`);
      return send(hook, delivery.event, delivery.headers['webhook-id'] ?? '', delivery.body, state);
    },
    setCopies(count) {
      copies = count;
    },
    async settle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

function describeEvent(event: GitLabEvent): {
  name: string;
  project: SandboxProject;
  wants: (hook: SandboxHook) => boolean;
} {
  switch (event.kind) {
    case 'pipeline':
      return { name: 'Pipeline Hook', project: event.project, wants: (hook) => hook.pipelineEvents };
    case 'note':
      return { name: 'Note Hook', project: event.mergeRequest.project, wants: (hook) => hook.noteEvents };
    case 'merge-request':
      return {
        name: 'Merge Request Hook',
        project: event.mergeRequest.project,
        wants: (hook) => hook.mergeRequestsEvents,
      };
  }
}

function buildHeaders(
  hook: SandboxHook,
  { event, id, body }: { event: string; id: string; body: string },
  state: FakeState,
) {
  const timestamp = String(Math.floor(state.clock.now() / 1000));
  return {
    'content-type': 'application/json',
    'user-agent': 'GitLab/19.0.0',
    'x-gitlab-event': event,
    'x-gitlab-instance': state.url,
    'x-gitlab-event-uuid': randomUUID(),
    'x-gitlab-webhook-uuid': `hook-${hook.id}`,
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(hook.token === undefined ? {} : { 'x-gitlab-token': hook.token }),
    ...(hook.signingToken === undefined ? {} : { 'webhook-signature': sign(hook.signingToken, id, timestamp, body) }),
  };
}

/** Standard Webhooks 1.0, symmetric signature. */
function sign(signingToken: string, id: string, timestamp: string, body: string): string {
  const key = Buffer.from(signingToken.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

async function post(url: string, headers: Record<string, string>, body: string) {
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, answer: await response.text() };
  } catch (error) {
    return { status: 0, answer: String(error) };
  }
}

/** Four failures in a row switch a hook off for a minute, growing to a day; forty for good. */
function count(hook: SandboxHook, status: number, now: number): void {
  const fine = status >= 200 && status < 300;
  hook.failures = fine ? 0 : hook.failures + 1;
  if (hook.failures >= 40) hook.disabledUntil = Number.POSITIVE_INFINITY;
  else if (hook.failures >= 4) hook.disabledUntil = now + Math.min(DAY, MINUTE * 2 ** (hook.failures - 4));
}

import { type CopilotRequestContext, CopilotRequestHandler } from '@github/copilot-sdk';

import type { Usage } from '../../shared/domain/runs/outcome.ts';
import type { Clock } from '../../shared/kernel/clock.ts';
import type { Log } from '../../shared/kernel/log.ts';
import type { RetryPolicy } from '../../shared/kernel/retry.ts';
import type { AgentLimits } from './agent.ts';
import { callModel, type ModelCall, type ModelCallResult } from './call-model.ts';
import { findExhaustedBudget, type ModelLedger } from './model-ledger.ts';
import { toUpstreamRequest } from './model-request.ts';
import type { ModelSettings } from './model-settings.ts';
import type { Watchdog } from './watchdog.ts';
import { withoutImages } from './without-images.ts';

export interface ModelGatewayDeps {
  model: ModelSettings;
  limits: AgentLimits;
  retry: RetryPolicy;
  ledger: ModelLedger;
  /** Called for every byte the model sends. */
  activity: Watchdog;
  clock: Clock;
  log: Log;
  redact: (text: string) => string;
  /** See `AgentRequest`. */
  onModelCall?: ((atMost: Usage) => Promise<void>) | undefined;
  /** Ends calls that are under way when the session is over. */
  signal: AbortSignal;
}

/**
 * Performs the runtime's model calls in this process: the key, the budget and the retries stay here, and the runtime
 * needs no network.
 *
 * A call that finally failed is noted in the ledger and answered with a status the runtime does not try again (400 or
 * 402; it repeats 401, 429, 5xx and broken connections up to five times, each with its own pauses).
 */
export function createModelGateway(deps: ModelGatewayDeps): CopilotRequestHandler {
  return new ModelGateway((request, context) => answer(deps, request, context));
}

class ModelGateway extends CopilotRequestHandler {
  readonly #answer: (request: Request, context: CopilotRequestContext) => Promise<Response>;

  constructor(answer: (request: Request, context: CopilotRequestContext) => Promise<Response>) {
    super();
    this.#answer = answer;
  }

  protected override sendRequest(request: Request, context: CopilotRequestContext): Promise<Response> {
    return this.#answer(request, context);
  }

  /** No session of ours uses one, and by default it would connect to wherever the runtime says. */
  protected override openWebSocket(): Promise<never> {
    return Promise.reject(new Error('Model calls are made over HTTP'));
  }
}

async function answer(deps: ModelGatewayDeps, request: Request, context: CopilotRequestContext): Promise<Response> {
  const { ledger, limits, model, log } = deps;
  const exhausted = findExhaustedBudget(ledger.usage, limits);
  if (exhausted) {
    ledger.failure = { code: 'agent-budget-exhausted', detail: exhausted };
    return refuse(402, 'The budget of this run is used up.');
  }

  const upstream = toUpstreamRequest(model, request);
  if (!upstream) {
    ledger.failure = {
      code: 'model-refused',
      detail: 'The runtime asked for an address that is not the model endpoint.',
    };
    return refuse(400, 'This is not the model endpoint.');
  }

  const body = await request.arrayBuffer();
  const atMost = ledger.beginCall(body.byteLength);
  await deps.onModelCall?.(atMost);
  const signal = AbortSignal.any([context.signal, deps.signal]);
  const result = await callAsSeen({ ...upstream, method: request.method, body }, deps, signal);
  if (result.kind === 'answered') {
    ledger.failure = undefined;
    return result.response;
  }

  ledger.dropCall();
  log.warn('model call failed', { code: result.failure.code, detail: result.failure.detail });
  ledger.failure = result.failure;
  return refuse(400, 'The model endpoint failed.');
}

/**
 * A call with images that the endpoint refuses is made once more without them, and so is every later one of the
 * session: the runtime sends the whole conversation each time. Which models see is known for GitHub's only.
 */
async function callAsSeen(call: ModelCall, deps: ModelGatewayDeps, signal: AbortSignal): Promise<ModelCallResult> {
  const { ledger, limits, log } = deps;
  const send = (body: ArrayBuffer) => {
    ledger.usage.modelCalls += 1;
    return callModel({ ...call, body }, { ...deps, stallMs: limits.inactivityMs / 2 }, signal);
  };
  if (ledger.imagesRefused) return send(withoutImages(call.body) ?? call.body);
  const result = await send(call.body);
  const bare = result.kind === 'failed' && mayRefuseImages(result) ? withoutImages(call.body) : undefined;
  if (!bare) return result;
  const second = await send(bare);
  if (second.kind === 'failed') return second;
  ledger.imagesRefused = true;
  log.warn('model takes no images');
  return second;
}

/** Servers of local models answer 500 and 501. */
function mayRefuseImages({ failure, status = 0 }: Extract<ModelCallResult, { kind: 'failed' }>): boolean {
  return failure.code === 'model-refused' || status === 500 || status === 501;
}

function refuse(status: number, message: string): Response {
  return Response.json({ error: { message, type: 'refused', code: 'refused' } }, { status });
}

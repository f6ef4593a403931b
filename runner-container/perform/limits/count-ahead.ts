import type { CountedUse } from '../../../shared/domain/ports/budgets.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { addCosts, type ModelPrices, priceSession, type RunCost } from '../../../shared/domain/runs/run-cost.ts';
import { singleFlight } from '../../../shared/kernel/once.ts';

/** Keeps what an attempt has used at most, so that it is known also when the runner dies. */
export type CountAhead = (counted: CountedUse) => Promise<void>;

type OnModelCall = (atMost: Usage) => Promise<void>;

interface Session {
  model: string | undefined;
  atMost: Usage;
}

/** Sessions at work, whose use is counted before they have it. */
export interface Ahead {
  begin(model: string | undefined, then: OnModelCall | undefined): { hooks: { onModelCall: OnModelCall }; end(): void };
}

/**
 * A write for so many tokens, or for a twentieth of a large promise: some twenty for an attempt that uses all of it.
 */
const LEAST_STEP_TOKENS = 50_000;
const STEPS = 20;

/**
 * Has what an attempt uses counted before the model is called: a call waits while more might be used by it than was
 * counted. Counting goes ahead by a step, so that not each call costs a request. `ended` is what sessions that are over
 * have used.
 */
export function createAhead(
  count: CountAhead,
  {
    maxTokens,
    prices,
    ended,
  }: { maxTokens: number; prices: ModelPrices | undefined; ended: () => { tokens: number; cost: RunCost | undefined } },
): Ahead {
  const sessions = new Set<Session>();
  const step = {
    modelCalls: 0,
    inputTokens: Math.max(LEAST_STEP_TOKENS, Math.ceil(maxTokens / STEPS)),
    outputTokens: 0,
  };
  let counted: CountedUse = { tokens: 0 };

  const sum = (uses: readonly Session[]): CountedUse => {
    let { tokens, cost } = ended();
    for (const { model, atMost } of uses) {
      tokens += atMost.inputTokens + atMost.outputTokens;
      if (prices) cost = addCosts(cost, priceSession(atMost, model, prices));
    }
    return { tokens, ...(cost ? { cost } : {}) };
  };
  const isCounted = () => {
    const { tokens, cost } = sum([...sessions]);
    return tokens <= counted.tokens && (cost?.amount ?? 0) <= (counted.cost?.amount ?? 0);
  };
  const raise = singleFlight(async () => {
    while (!isCounted()) {
      const next = sum([...sessions, { model: [...sessions].at(-1)?.model, atMost: step }]);
      await count(next);
      counted = next;
    }
  });

  return {
    begin(model, then) {
      const session: Session = { model, atMost: { modelCalls: 0, inputTokens: 0, outputTokens: 0 } };
      sessions.add(session);
      const onModelCall = async (atMost: Usage) => {
        session.atMost = atMost;
        while (!isCounted()) await raise();
        await then?.(atMost);
      };
      return { hooks: { onModelCall }, end: () => void sessions.delete(session) };
    },
  };
}

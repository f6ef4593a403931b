import { fromCriteriaEvents } from '../../../shared/domain/criteria/criteria-event.ts';
import type { Criteria, CriterionAnswer } from '../../../shared/domain/criteria/criterion.ts';
import type { RunLedger } from '../../../shared/domain/ports/run-ledger.ts';
import { withoutListed } from '../../../shared/domain/runs/listed-fields.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import { type StoredPlan, toPlanFields } from '../../../shared/domain/runs/plan-event.ts';
import type { Run, RunEvent, RunFacts, RunStage } from '../../../shared/domain/runs/run.ts';
import { addCosts, type RunCost } from '../../../shared/domain/runs/run-cost.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import { singleFlight } from '../../../shared/kernel/once.ts';

type EventFields = NonNullable<RunEvent['fields']>;

/** What `perform` gets to do its work with, beside its own tools. */
export interface RunContext {
  run: Run;
  log: Log;
  /** Resolves when the stage is durable. @throws {TaskError} `storage-unavailable` */
  stage(name: RunStage, fields?: EventFields): Promise<void>;
  /**
   * The commits this run has noted before it pushed them. No other commit is its own: what stands in a commit can be
   * written by anybody who may push. @throws {TaskError} `storage-unavailable`
   */
  listPushed(): Promise<ReadonlySet<string>>;
  /** What the last session of the run said about these criteria. @throws {TaskError} `storage-unavailable` */
  listCriteriaAnswers(criteria: Criteria): Promise<CriterionAnswer[]>;
  /** Keeps the plan of the run, which stands in no log. @throws {TaskError} `storage-unavailable` */
  keepPlan(plan: StoredPlan): Promise<void>;
  /** Keeps what the run works with for its record, which is written when the attempt ends. */
  note(facts: Omit<RunFacts, 'usage' | 'cost'>): void;
  /** Adds what a session used up, and what it cost where that is known. */
  addUsage(usage: Usage, cost?: RunCost): void;
  /** What was noted so far, earlier attempts included. */
  listFacts(): RunFacts;
  /** Notes what the agent does. Never waited for and never fails the run; steps above 1,000 are dropped. */
  step(fields: EventFields): void;
}

const MAX_STEPS = 1000;

/** Steps that arrive while others are being written go out together, so that a busy agent costs few requests. */
export function createRunContext(
  run: Run,
  deps: { ledger: RunLedger; clock: Clock; log: Log },
): RunContext & { flush(): Promise<void> } {
  const { ledger, clock, log } = deps;
  const buildEvent = (name: string, fields?: EventFields): RunEvent => ({
    runId: run.runId,
    at: clock.now(),
    name,
    ...(fields ? { fields } : {}),
  });
  let waiting: RunEvent[] = [];
  let steps = 0;
  let facts: RunFacts = run.facts ?? {};

  const flush = singleFlight(async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await ledger.append(...batch);
      } catch (error) {
        log.warn('agent steps not recorded', { steps: batch.length, error });
      }
    }
  });

  return {
    run,
    log,
    flush,
    async stage(name, fields) {
      log.info('stage reached', { stage: name, ...(fields ? withoutListed(fields) : {}) });
      await ledger.append(buildEvent(name, fields));
    },
    async keepPlan(plan) {
      log.info('stage reached', { stage: 'plan-made', characters: plan.text.length });
      await ledger.append(buildEvent('plan-made', toPlanFields(plan)));
    },
    async listPushed() {
      const events = await ledger.listEvents(run.runId);
      // Runs of earlier versions wrote down their commit only after the push.
      const pushed = events.filter(({ name }) => name === 'pushing' || name === 'pushed');
      return new Set(pushed.flatMap(({ fields }) => (typeof fields?.['sha'] === 'string' ? [fields['sha']] : [])));
    },
    listCriteriaAnswers: async (criteria) => fromCriteriaEvents(await ledger.listEvents(run.runId), criteria),
    note(noted) {
      facts = { ...facts, ...noted };
    },
    addUsage(used, cost) {
      facts = { ...facts, usage: addUp(facts.usage, used), ...(cost ? { cost: addCosts(facts.cost, cost) } : {}) };
    },
    listFacts: () => facts,
    step(fields) {
      log.debug('agent step', fields);
      steps += 1;
      if (steps > MAX_STEPS) return;
      waiting.push(buildEvent('agent-step', fields));
      void flush();
    },
  };
}

/** Usage of two sessions together. */
export function addUp(total: Usage | undefined, { modelCalls, inputTokens, outputTokens }: Usage): Usage {
  if (!total) return { modelCalls, inputTokens, outputTokens };
  return {
    modelCalls: total.modelCalls + modelCalls,
    inputTokens: total.inputTokens + inputTokens,
    outputTokens: total.outputTokens + outputTokens,
  };
}

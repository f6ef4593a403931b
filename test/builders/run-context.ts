import { addUp, type RunContext } from '../../runner-container/perform/run/run-context.ts';
import { toPlanFields } from '../../shared/domain/runs/plan-event.ts';
import type { Run, RunFacts } from '../../shared/domain/runs/run.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { silentLog } from '../../shared/kernel/log.ts';
import { aRun } from './runs.ts';
import { anEchoTask } from './tasks.ts';

/** A run in its first attempt that keeps its stages in memory. */
export function aRunContext(
  task: Task = anEchoTask(),
  overrides: Partial<Run> = {},
): RunContext & { stages: { name: string; fields?: Record<string, unknown> }[] } {
  const run = aRun({ task, ...overrides });
  const stages: { name: string; fields?: Record<string, unknown> }[] = [];
  let facts: RunFacts = {};
  return {
    run,
    log: silentLog,
    stages,
    async stage(name, fields) {
      stages.push({ name, ...(fields ? { fields } : {}) });
    },
    async keepPlan(plan) {
      stages.push({ name: 'plan-made', fields: toPlanFields(plan) });
    },
    async listPushed() {
      const pushed = stages.filter(({ name }) => name === 'pushing');
      return new Set(pushed.map(({ fields }) => String(fields?.['sha'])));
    },
    listCriteriaAnswers: async () => [],
    note: (noted) => {
      facts = { ...facts, ...noted };
    },
    addUsage(used, cost) {
      facts = { ...facts, usage: addUp(facts.usage, used), ...(cost ? { cost } : {}) };
    },
    listFacts: () => facts,
    step() {},
  };
}

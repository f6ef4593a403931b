import { type AgentWork, hasJiraProject } from '../../../shared/domain/mapping/binding.ts';
import type { MonthOwner } from '../../../shared/domain/ports/budgets.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import type { LimitedRun, RunLimits } from '../run/run-limits.ts';

/** A model whose cost cannot be counted, and whose budget of money it is. */
export interface Unpriced {
  owner: MonthOwner;
  /** Absent: the deployment names no model. */
  model?: string;
}

/** What sessions a run of a task may begin: a command in a reply may merge, which is coding. */
const WORK: Record<Task['kind'], readonly AgentWork[]> = {
  coding: ['coding'],
  update: ['coding'],
  review: ['review'],
  reply: ['reply', 'coding'],
  audit: [],
  echo: [],
};

/**
 * The model of a run that has no price although money is limited: it could spend without end. `undefined` where no
 * money is limited, or all of it can be counted.
 */
export function findUnpriced({ run, binding }: LimitedRun, limits: RunLimits): Unpriced | undefined {
  const owner = ownerOfMoney(binding.budget.costPerMonth, limits.month?.costPerMonth);
  if (!owner) return undefined;
  const work = WORK[run.task.kind].filter((kind) => kind !== 'coding' || hasJiraProject(binding));
  const models = work.map((work) => binding.model?.[work] ?? limits.model);
  const at = models.findIndex((model) => model === undefined || !limits.prices?.models.has(model));
  const model = models[at];
  if (at < 0) return undefined;
  return { owner, ...(model === undefined ? {} : { model }) };
}

function ownerOfMoney(ofBinding: number | undefined, ofDeployment: number | undefined): MonthOwner | undefined {
  if (ofBinding !== undefined) return 'binding';
  return ofDeployment === undefined ? undefined : 'deployment';
}

import pLimit from 'p-limit';
import type { JiraBinding } from '../../../shared/domain/mapping/binding.ts';
import { entryKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import { utcDay, utcMonth } from '../../../shared/kernel/utc-day.ts';
import { NOTHING_USED, type UsedBudgets } from './assess-budget.ts';

const READS_AT_ONCE = 8;

/**
 * What has been used up of the budgets of these Jira projects. Costs one read for the deployment and one for each day
 * or month that is limited.
 */
export async function readUsed(
  projects: readonly Pick<JiraBinding, 'jiraProject' | 'repo' | 'budget'>[],
  { storage, now }: { storage: Pick<Storage, 'budgets'>; now: number },
): Promise<ReadonlyMap<string, UsedBudgets>> {
  const { budgets } = storage;
  const month = utcMonth(now);
  const deployment = projects.length > 0 ? await budgets.findMonth({ month }) : NOTHING_USED;
  const read = pLimit(READS_AT_ONCE);
  const entries = await read.map([...projects], async (binding) => {
    const { jiraProject, budget } = binding;
    const bindingKey = entryKey(binding);
    const { runsPerDay, tokensPerDay, runsPerMonth, tokensPerMonth, costPerMonth } = budget;
    const [today, ofMonth] = await Promise.all([
      (runsPerDay ?? tokensPerDay) === undefined ? NOTHING_USED : budgets.find({ bindingKey, day: utcDay(now) }),
      (runsPerMonth ?? tokensPerMonth ?? costPerMonth) === undefined
        ? NOTHING_USED
        : budgets.findMonth({ bindingKey, month }),
    ]);
    return [jiraProject, { today, month: ofMonth, deployment }] as const;
  });
  return new Map(entries);
}

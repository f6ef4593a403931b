import pLimit from 'p-limit';
import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { bindingName, entryKey } from '../../../shared/domain/mapping/binding-key.ts';
import type { MonthTotal } from '../../../shared/domain/ports/budgets.ts';
import { formatCost } from '../../../shared/domain/runs/run-cost.ts';
import { utcMonth } from '../../../shared/kernel/utc-day.ts';
import type { Tools } from '../../clients/tools.ts';
import { attempt, type Check, warn } from './check.ts';

const READS_AT_ONCE = 8;

/**
 * Whether each limit of money counts all that was spent this month: what was counted in another currency before is in
 * none. Costs one read for the deployment, and one for each binding that has such a limit. Says nothing where all is
 * counted, and leaves it to `checkStorage` to say that storage cannot be read.
 */
export async function checkMonthMoney(
  bindings: readonly Binding[],
  tools: Pick<Tools, 'storage'>,
  now: number,
): Promise<Check[]> {
  const checks = await attempt('budget', async () => {
    const { budgets } = await tools.storage();
    const month = utcMonth(now);
    const entries = new Map(bindings.map((binding) => [entryKey(binding), binding]));
    const limited = [...entries].filter(([, { budget }]) => budget.costPerMonth !== undefined);
    const deployment = await budgets.findMonth({ month });
    const read = await pLimit(READS_AT_ONCE).map(limited, async ([key, binding]) =>
      compare(bindingName(binding), await budgets.findMonth({ bindingKey: key, month }), binding.budget.costPerMonth),
    );
    return [compare('budget of the deployment', deployment, deployment.limits?.costPerMonth), ...read].flat();
  });
  return checks.filter(({ level }) => level === 'WARN');
}

function compare(about: string, { cost, otherCosts }: MonthTotal, limit: number | undefined): Check[] {
  if (limit === undefined || !cost || !otherCosts) return [];
  const others = otherCosts.map(formatCost).join(', ');
  const finding = `PRICE_CURRENCY was changed this month: ${formatCost(cost)} of the limit of ${limit} are counted, and ${others} in no limit`;
  return [warn(about, finding)];
}

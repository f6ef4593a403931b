import { ASSUMED_TASK, type CountedWork, countIdleMinute, countTask } from './count-work.ts';
import { ASSUMED, type Counted, type Deployment, estimateMonth, type Item, secondsPerTask } from './estimate-month.ts';
import { listLimits } from './list-limits.ts';
import { type Price, readPrices } from './prices.ts';

const DEPLOYMENTS: readonly Deployment[] = [
  { title: 'dev, nothing happens', tasksPerDay: 0, isProd: false },
  { title: 'prod, nothing happens', tasksPerDay: 0, isProd: true },
  { title: 'prod, 100 tasks a day', tasksPerDay: 100, isProd: true },
  { title: 'prod, 10,000 tasks a day', tasksPerDay: 10_000, isProd: true },
  { title: 'the same, 6 runs at once', tasksPerDay: 10_000, isProd: true, runsAtOnce: 6 },
];

/** `docs/cost.md`: a month of a deployment, from counted requests and the list prices of docs/cost-prices.json. */
export async function generateCostDoc(): Promise<string> {
  const counted = { idleMinute: await countIdleMinute(), task: await countTask() };
  const prices = readPrices();
  return `${[
    HEAD,
    '## A month',
    describeMonths(counted, prices),
    MONEY.replace('__SHARED__', describeSharing()),
    MONTH_BUDGETS,
    '## What is counted',
    describeCounts(counted),
    describeAssumptions(),
    '## Where the first limit is',
    describeLimits(counted),
    '## Prices',
    describePrices(prices),
  ].join('\n\n')}\n`;
}

const HEAD = `# Cost

What the Azure resources of a deployment cost in a month of 30 days. This page is made by \`npm run schema\` from the requests that the code makes,
which are counted, and from the list prices in [cost-prices.json](cost-prices.json); change prices there. Tokens of the model are not in it:
\`cmap stats\` and the board show them by binding, and the board by model and by day. Which request grows with what is measured by \`npm run bench -- --growth\`; where it is stored says
[data-model.md](data-model.md).`;

const MONEY = `Nearly all of it is the time of runners, and most of a runner's time is waiting for the model. To pay less: \`runner = { cpu = 1, memory =
"2Gi" }\` halves that line where builds allow it, \`budget\` in a binding ends long runs, and a public network (\`private_network = false\`) leaves out the
last three lines. \`settings = { runner_idle_seconds = 60 }\` has a runner that has worked wait a minute for what follows, an answer to a note for instance,
and take it within a second; it costs at most that minute for each time the queue runs empty.

## Several runs in one runner

\`settings = { runner_runs_at_once = 6 }\` has a runner work on up to six runs at once, and is paid for once. Each run has a user of its own, and begins only
while its share of the memory is free; where the memory runs short, the run that uses the most of it is ended and tried again, and its ticket says why if
that does not help. What a task costs then depends on how many there are:

__SHARED__

It is off unless you set it, because the runs of one runner share more than its price: the ports of the machine, so that tests of two runs which listen on
the same one get in each other's way; \`/tmp\`, where a file that a tool leaves open to all can be read by the other agents until its run ends; and processors,
where builds take long. Repositories whose tests need the machine for themselves get a runner image with \`runs_at_once = 1\` (\`runner_images\`). [ADR 29](adr/0029-several-runs-in-one-execution.md) says how executions are started then.`;

const MONTH_BUDGETS = `## What the model may cost

\`budget\` in a binding limits a UTC month by \`runs_per_month\`, \`tokens_per_month\` and \`cost_per_month\`; \`RUNS_PER_MONTH\`, \`TOKENS_PER_MONTH\` and
\`COST_PER_MONTH\` limit the deployment, and functions and runner get the same values. Money is counted by \`MODEL_PRICES\`, in \`PRICE_CURRENCY\`.

- **At a limit** new work waits for the first of the next month, 00:00 UTC. Its ticket or merge request says so at once and once, with the limit that stands in
  the way, \`cmap explain\` and \`cmap ready\` say it to an operator, and the board shows each month under Cost. Nothing is lost or failed, and what is at work goes on.
- **Raised or taken away**, it lets work go on within minutes: the sweep sees the new map (\`cmap reload\`) or the new setting. Once a day it has all of them look again.
- **How far it can be exceeded**: runs and tokens by nothing, because a run is promised its tokens before it begins, by all runners together. Money by what the
  runs cost that are at work when it is spent, each at most \`max_tokens\` at the dearest price of its model: with \`max_tokens: 2000000\`, two runs at once and
  10.00 for a million tokens that is 40.00. \`max_concurrent_runs\` makes it smaller.
- **A model without a price** begins no run where money is limited; ticket and log (\`model without a price\`) name it.
- **A runner that dies** leaves what its attempt may have used at most, tokens and money: that is written before the model is called, ahead by a twentieth of what the
  attempt was promised, so it is never less than what was used. It is counted before its run begins again, also where that run has to wait for the next month. Only an attempt of 0.1.0 counts its whole promise, and says that its money is missing (\`over 12.30 EUR\`).
- **Counted** is what begins while a month has a limit of that binding or of the deployment, so one that is set on the 20th begins with nothing used.
- **Another \`PRICE_CURRENCY\`** within a month begins a sum of its own, and the limits are of it from then on. What was spent before is in no limit then: the log of each run
  (\`month has money in another currency\`), \`cmap doctor\` and the board under Cost say how much. Change it at the turn of a month. A limit of the deployment that was taken away stays on the board, and in
  \`cmap ready\`, until the month ends.
- **It costs** one row for each binding and month, read by key. The sums of a month are kept until three days after it, however its runs end.`;

function describeMonths(counted: Counted, prices: Record<string, Price>): string {
  const months = DEPLOYMENTS.map((deployment) => estimateMonth(deployment, counted, prices));
  const [first = []] = months;
  const rows = first.map(({ title }, index) => [title, ...months.map((items) => formatItem(items[index], prices))]);
  const sum = (items: Item[]) => formatMoney(items.reduce((total, { cost }) => total + cost, 0));
  const heading = ['', ...DEPLOYMENTS.map(({ title }) => title)];
  return formatTable(heading, [...rows, ['Together', ...months.map(sum)]]);
}

/** For how long a runner is paid for a task, by how many there are and how many it works on at once. */
function describeSharing(): string {
  const seconds = (tasksPerDay: number, runsAtOnce: number) =>
    secondsPerTask({ title: '', isProd: true, tasksPerDay, runsAtOnce });
  const rows = [100, 1000, 10_000].map((tasksPerDay) => [
    tasksPerDay.toLocaleString('en-US'),
    ...[1, 2, 4, 6, 8].map((runsAtOnce) => {
      const paid = seconds(tasksPerDay, runsAtOnce);
      return runsAtOnce === 1
        ? `${paid} s`
        : `${Math.round(paid)} s, ${(seconds(tasksPerDay, 1) / paid).toFixed(1)}x less`;
    }),
  ]);
  return formatTable(['Tasks a day', 'One run at once', '2', '4', '6', '8'], rows);
}

/** `$5.18 (1,296,000 GB-seconds)` */
function formatItem(item: Item | undefined, prices: Record<string, Price>): string {
  if (!item || item.quantity === 0) return '-';
  return `${formatMoney(item.cost)} (${formatAmount(item.quantity)} ${prices[item.price]?.many})`;
}

function describeCounts({ idleMinute, task }: Counted): string {
  const row = (title: string, of: keyof CountedWork) => [title, formatAmount(idleMinute[of]), formatAmount(task[of])];
  const heading = ['', 'A minute in which nothing happens', 'A task'];
  return formatTable(heading, [
    row('Requests to tables', 'tableRequests'),
    row('Requests to queues', 'queueRequests'),
    row('Calls to GitLab', 'gitlabCalls'),
    row('Lines in the log', 'logLines'),
    row('Bytes in the log', 'logBytes'),
  ]);
}

function describeAssumptions(): string {
  const { minutes, stages, agentSteps, gitlabCalls } = ASSUMED_TASK;
  const { startSeconds, vcpu, gib, functionGb, webhooksPerTask, vaultReadsPerTask, keptKilobytesPerTask } = ASSUMED;
  return `The minute is the mean of six hours with ten bindings in one group; the task goes from its admission to its end. Assumed, because no test can know it: a
task takes ${minutes} minutes with ${stages} stages, ${agentSteps} steps of the agent and ${gitlabCalls} calls to GitLab, on ${vcpu} cores and ${gib} GiB that are there ${startSeconds} seconds before; it
comes with ${webhooksPerTask} webhooks and ${vaultReadsPerTask} reads of the vault, and leaves ${keptKilobytesPerTask} kB for ${ASSUMED.keptDays} days. An invocation of the functions takes a second of ${functionGb} GB, and the
log service adds ${ASSUMED.logOverheadBytes} bytes to each line.`;
}

function describeLimits(counted: Counted): string {
  const rows = listLimits(counted).map(({ what, says, tasksPerDay, remedy }) => [
    what,
    says,
    formatAmount(tasksPerDay),
    remedy,
  ]);
  return `Tasks a day, spread over the day, at which each limit is reached by itself; the first one is what a deployment meets first.\n\n${formatTable(
    ['Limit', 'What it is', 'Tasks a day', 'What to do then'],
    rows,
  )}`;
}

function describePrices(prices: Record<string, Price>): string {
  const rows = Object.values(prices).map(({ title, unit, price, free, source, asOf, confirmed }) => [
    title,
    `$${price}`,
    unit,
    free === undefined ? '-' : formatAmount(free),
    `[${new URL(source).pathname.split('/').filter(Boolean).at(-1)}](${source})`,
    confirmed ? asOf : `${asOf}, to be checked`,
  ]);
  return formatTable(['What', 'Price', 'For a', 'Free each month', 'Source', 'As of'], rows);
}

function formatTable(heading: string[], rows: string[][]): string {
  const toLine = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [toLine(heading), `|${'---|'.repeat(heading.length)}`, ...rows.map(toLine)].join('\n');
}

function formatMoney(dollars: number): string {
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function formatAmount(amount: number): string {
  const digits = amount >= 100 ? 0 : amount >= 1 ? 1 : 3;
  return amount.toLocaleString('en-US', { maximumFractionDigits: digits });
}

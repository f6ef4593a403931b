import { ASSUMED_TASK, type CountedWork } from './count-work.ts';
import type { Price } from './prices.ts';
import { simulateExecutions } from './simulate-executions.ts';

/** A deployment of which a month is priced. */
export interface Deployment {
  title: string;
  tasksPerDay: number;
  /** As infra/environments/prod.tfvars: private network, an instance that is always ready, alerts. */
  isProd: boolean;
  /** Runs that a runner works on at once; one unless said otherwise. */
  runsAtOnce?: number;
}

export interface Counted {
  idleMinute: CountedWork;
  task: CountedWork;
}

/** One line of the bill. */
export interface Item {
  title: string;
  /** The name of its price. */
  price: string;
  quantity: number;
  cost: number;
}

/** What no test can know of a deployment; the page says it. */
export const ASSUMED = {
  /** Until a started job works. */
  startSeconds: 30,
  /** The most that one job has. */
  maxExecutions: 300,
  vcpu: 2,
  gib: 4,
  functionGb: 0.5,
  /** Of a tick and of a webhook, which are billed as one second at least. */
  invocationSeconds: 1,
  webhooksPerTask: 8,
  vaultReadsPerTask: 8,
  /** Rows and transcript, for as many days as they are kept. */
  keptKilobytesPerTask: 60,
  keptDays: 90,
  /** What the log service adds to each line: columns of its own. */
  logOverheadBytes: 600,
  collector: { vcpu: 0.25, gib: 0.5 },
};

const DAYS = 30;
const MINUTES = DAYS * 24 * 60;
const SECONDS = MINUTES * 60;
const HOURS = DAYS * 24;

/** A month of 30 days, line by line; what is free of a price is taken off once. */
export function estimateMonth(deployment: Deployment, counted: Counted, prices: Record<string, Price>): Item[] {
  return listQuantities(deployment, counted).map(({ title, price: name, quantity }) => {
    const price = prices[name];
    if (!price) throw new Error(`docs/cost-prices.json has no price ${name}`);
    return { title, price: name, quantity, cost: Math.max(0, quantity - (price.free ?? 0)) * price.price };
  });
}

/** How much of a day at least one task is at work, if they come one after the other. */
function shareAtWork({ tasksPerDay }: Deployment): number {
  return Math.min(1, (tasksPerDay * ASSUMED_TASK.minutes) / (24 * 60));
}

/** For how long a runner is paid for a task. */
export function secondsPerTask({ tasksPerDay, runsAtOnce = 1 }: Deployment): number {
  const { minutes: taskMinutes } = ASSUMED_TASK;
  const { startSeconds, maxExecutions } = ASSUMED;
  if (runsAtOnce === 1) return taskMinutes * 60 + startSeconds;
  return simulateExecutions({ tasksPerDay, taskMinutes, runsAtOnce, maxExecutions, startSeconds }).paidSeconds;
}

function listQuantities(deployment: Deployment, { idleMinute, task }: Counted): Omit<Item, 'cost'>[] {
  const { tasksPerDay, isProd } = deployment;
  const tasks = tasksPerDay * DAYS;
  const invocations = MINUTES + tasks * ASSUMED.webhooksPerTask;
  const runnerSeconds = tasks * secondsPerTask(deployment);
  const collectorSeconds = isProd ? SECONDS : 0;
  const atWork = shareAtWork(deployment);
  const { collector } = ASSUMED;
  const perMonth = (of: 'tableRequests' | 'queueRequests') => idleMinute[of] * MINUTES + task[of] * tasks;
  const logBytes = ({ logBytes: bytes, logLines: lines }: CountedWork) => bytes + lines * ASSUMED.logOverheadBytes;
  const only = (quantity: number) => (isProd ? quantity : 0);
  return [
    line(
      'Functions: a timer each minute, webhooks',
      'functions-gb-second',
      invocations * ASSUMED.invocationSeconds * ASSUMED.functionGb,
    ),
    line('Functions: executions', 'functions-million-executions', invocations / 1e6),
    line('An instance that is always ready', 'functions-ready-gb-second', only(SECONDS * ASSUMED.functionGb)),
    line(
      'Runner and collector at work: processors',
      'container-vcpu-second',
      runnerSeconds * ASSUMED.vcpu + collectorSeconds * atWork * collector.vcpu,
    ),
    line(
      'Runner and collector: memory',
      'container-gib-second',
      runnerSeconds * ASSUMED.gib + collectorSeconds * collector.gib,
    ),
    line(
      'Collector at rest: processors',
      'container-idle-vcpu-second',
      collectorSeconds * (1 - atWork) * collector.vcpu,
    ),
    line('Tables: requests', 'table-10k-requests', perMonth('tableRequests') / 1e4),
    line('Queues: requests', 'queue-10k-requests', perMonth('queueRequests') / 1e4),
    line('Transcripts: writes', 'blob-10k-writes', tasks / 1e4),
    line(
      'Runs and transcripts that are kept',
      'storage-gb',
      (tasksPerDay * ASSUMED.keptDays * ASSUMED.keptKilobytesPerTask) / 1e6,
    ),
    line('Key Vault: reads', 'vault-10k-requests', (tasks * ASSUMED.vaultReadsPerTask) / 1e4),
    line('Registry', 'registry-day', DAYS),
    line('Logs', 'logs-gb', (logBytes(idleMinute) * MINUTES + logBytes(task) * tasks) / 1e9),
    line('Alerts every 5 minutes', 'alert-5-minutes', only(4)),
    line('Alerts every 15 minutes', 'alert-15-minutes', only(12)),
    line('Health asked for from outside', 'availability-month', only(1)),
    line('Private endpoints', 'endpoint-hour', only(5 * HOURS)),
    line('Private DNS zones', 'zone-month', only(4)),
    line('The way out of the private network', 'nat-hour', only(HOURS)),
  ];
}

function line(title: string, price: string, quantity: number): Omit<Item, 'cost'> {
  return { title, price, quantity };
}

import { ASSUMED_TASK } from './count-work.ts';
import { ASSUMED, type Counted } from './estimate-month.ts';

interface Limit {
  what: string;
  says: string;
  /** Tasks a day at which it is reached by itself. */
  tasksPerDay: number;
  remedy: string;
}

const MINUTES_A_DAY = 24 * 60;
const SECONDS_A_DAY = MINUTES_A_DAY * 60;
/** infra/variables.tf: what is set unless it is said otherwise, and the most it takes. */
const EXECUTIONS = { default: 10, most: 300 };
const FUNCTION_INSTANCES = 10;
/** Requests that an instance of 512 MB takes at once. */
const WEBHOOKS_AT_ONCE = 4;
const GITLAB_CALLS_A_MINUTE = 2000;
const PARTITION_ROWS_A_SECOND = 2000;
const QUEUE_MESSAGES_A_SECOND = 2000;

/** Smallest first. */
export function listLimits({ idleMinute, task }: Counted): Limit[] {
  const minutes = ASSUMED_TASK.minutes + ASSUMED.startSeconds / 60;
  const runners = (count: number) => (count * MINUTES_A_DAY) / minutes;
  const limits: Limit[] = [
    {
      what: 'Runners at once',
      says: `\`runner.max_executions\`, ${EXECUTIONS.default} unless it is set; a task takes ${minutes} minutes`,
      tasksPerDay: runners(EXECUTIONS.default),
      remedy: `Raise it, to ${EXECUTIONS.most} at most, or have each work on several runs. Until then tasks wait in the queue, and the alert on the oldest of them fires`,
    },
    {
      what: 'Runners of one job',
      says: `${EXECUTIONS.most} executions, and the processors your subscription may use in the region`,
      tasksPerDay: runners(EXECUTIONS.most),
      remedy:
        'Ask for a higher quota; give teams images of their own (`runner_images`), each of which is a job with a queue of its own',
    },
    {
      what: "GitLab's rate",
      says: `${GITLAB_CALLS_A_MINUTE.toLocaleString('en-US')} requests a minute for one account on GitLab.com; a task needs ${task.gitlabCalls}`,
      tasksPerDay: ((GITLAB_CALLS_A_MINUTE - idleMinute.gitlabCalls) * MINUTES_A_DAY) / task.gitlabCalls,
      remedy:
        'A credential for each team (`credential_ref`), whose accounts are counted apart. What GitLab refuses waits as long as it asks, and no run is lost',
    },
    {
      what: 'Webhooks: instances of the functions',
      says: `${FUNCTION_INSTANCES} instances of ${WEBHOOKS_AT_ONCE} requests at once, a second each; ${ASSUMED.webhooksPerTask} a task`,
      tasksPerDay: (FUNCTION_INSTANCES * WEBHOOKS_AT_ONCE * SECONDS_A_DAY) / ASSUMED.webhooksPerTask,
      remedy:
        'Raise `functions.maximum_instance_count`, or take 2,048 MB. The polls find what a webhook that was refused would have said',
    },
    {
      what: 'A table partition',
      says: `${PARTITION_ROWS_A_SECOND.toLocaleString('en-US')} rows a second; all runs are in one, and a request of a task is at most six rows`,
      tasksPerDay: (PARTITION_ROWS_A_SECOND * SECONDS_A_DAY) / (6 * task.tableRequests),
      remedy: 'A second deployment with its own bindings',
    },
    {
      what: 'The queue',
      says: `${QUEUE_MESSAGES_A_SECOND.toLocaleString('en-US')} messages a second`,
      tasksPerDay: (QUEUE_MESSAGES_A_SECOND * SECONDS_A_DAY) / task.queueRequests,
      remedy: '`runner_images`: a queue for each',
    },
  ];
  return limits.toSorted((one, other) => one.tasksPerDay - other.tasksPerDay);
}

import { setTimeout as delay } from 'node:timers/promises';

import { MODEL_FAULTS } from '../environment/model-trouble.ts';
import type { Action } from './action.ts';

/** Storage is away for every process. */
export const storageOutage: Action = {
  name: 'storage outage',
  weight: 1,
  async run({ environment: { proxy } }, random) {
    const ms = random.between(500, 5000);
    proxy.setOutage(true);
    await delay(ms);
    proxy.setOutage(false);
    return `${ms} ms`;
  },
};

/** Storage does what is asked and the answer gets lost, or it fails, or it is not reached. */
export const storageTrouble: Action = {
  name: 'storage trouble',
  weight: 3,
  async run({ environment: { proxy } }, random) {
    const times = random.between(1, 6);
    const operation = random.pick(OPERATIONS);
    const about = operation === undefined ? {} : { operation };
    const kind = random.pick(['lost answer', 'no connection', '503', '500'] as const) ?? '503';
    if (kind === 'lost answer') proxy.dropNext(times, { ...about, when: 'after' });
    else if (kind === 'no connection') proxy.dropNext(times, { ...about, when: 'before' });
    else proxy.failNext(times, { ...about, status: Number(kind) });
    return `${kind} ${times} times at ${operation ?? 'anything'}`;
  },
};

const OPERATIONS = [
  undefined,
  'queue:send',
  'queue:receive',
  'queue:delete-message',
  'queue:update',
  'table:transaction',
  'table:insert',
  'table:update',
];

export const gitlabTrouble: Action = {
  name: 'GitLab trouble',
  weight: 3,
  async run({ environment: { gitlab } }, random) {
    const times = random.between(1, 4);
    const match = random.pick(GITLAB_REQUESTS) ?? /./;
    const kind =
      random.pick(['429', '500', '502', '503', 'garbage', 'slow', 'lost answer', 'hang-up'] as const) ?? '500';
    if (kind === 'garbage') gitlab.addFault({ kind, match, times });
    else if (kind === 'slow') gitlab.addFault({ kind: 'delay', match, times, ms: random.between(500, 4000) });
    else if (kind === 'lost answer') gitlab.addFault({ kind: 'drop', match, times, when: 'after' });
    else if (kind === 'hang-up') gitlab.addFault({ kind: 'drop', match, times, when: 'before' });
    else gitlab.failNext({ match, times, status: Number(kind), headers: kind === '429' ? { 'retry-after': '1' } : {} });
    return `${kind} ${times} times at ${String(match)}`;
  },
};

const GITLAB_REQUESTS = [
  /./,
  /^POST \/api\/v4\//,
  /^GET \/api\/v4\//,
  /\.git\//,
  /git-receive-pack/,
  /merge_requests/,
  /(notes|discussions)/,
];

export const jiraTrouble: Action = {
  name: 'Jira trouble',
  weight: 3,
  async run({ environment: { jira } }, random) {
    const times = random.between(1, 4);
    const match = random.pick([{}, { method: 'POST' }, { method: 'PUT' }, { method: 'GET' }]) ?? {};
    const kind = random.pick(['429', '500', '503', 'garbage', 'slow', 'lost answer', 'hang-up'] as const) ?? '500';
    const about = { match, times };
    if (kind === 'garbage') jira.failNext({ ...about, status: 200, body: '<html>Please sign in</html>' });
    else if (kind === 'slow') jira.failNext({ ...about, delayMs: random.between(500, 4000) });
    else if (kind === 'lost answer') jira.failNext({ ...about, status: 502, afterEffect: true });
    else if (kind === 'hang-up') jira.failNext({ ...about, drop: true });
    else
      jira.failNext({ ...about, status: Number(kind), ...(kind === '429' ? { headers: { 'retry-after': '1' } } : {}) });
    return `${kind} ${times} times at ${JSON.stringify(match)}`;
  },
};

/** The index of the search stands still while the issues go on. */
export const staleSearch: Action = {
  name: 'stale Jira search',
  weight: 1,
  async run({ environment: { jira } }, random) {
    const searches = random.between(1, 8);
    jira.staleSearches(searches);
    return `${searches} searches`;
  },
};

/** A token is refused for a while, as when it expired and is renewed. */
export const refusedToken: Action = {
  name: 'refused token',
  weight: 1,
  async run({ environment: { gitlab, jira } }, random) {
    const times = random.between(2, 12);
    if (random.chance(0.5)) {
      jira.failNext({ match: {}, times, status: 401 });
      return `Jira ${times} times`;
    }
    gitlab.failNext({ match: /^[A-Z]+ \/api\/v4\//, times, status: 401 });
    return `GitLab ${times} times`;
  },
};

export const modelTrouble: Action = {
  name: 'model trouble',
  weight: 3,
  async run({ model }, random) {
    const fault = random.pick(MODEL_FAULTS) ?? 'broken';
    const times = fault === 'silent' ? 1 : random.between(1, 5);
    model.add(fault, times);
    return `${fault} ${times} times`;
  },
};

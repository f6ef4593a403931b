import * as z from 'zod';
import type { ScopeLock, Scopes, ScopeTaken } from '../../../domain/ports/scopes.ts';

import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { readOrReport } from './read-or-report.ts';
import type { Fields, Row, Rows } from './rows.ts';
import { buildTableKey } from './table-key.ts';

const PARTITION = 'scopes';
/** More than these are woken by their due time only. */
const MAX_WAITING = 100;

const ScopeRow = lazily(() =>
  z.object({
    scope: z.string(),
    runId: z.string(),
    holder: z.string(),
    epoch: z.number(),
    expiresAt: z.number(),
    /** Run ids, separated by spaces. */
    waiting: z.string(),
    runnerUntil: z.number().optional(),
    /** Rows of earlier versions have none. */
    renewedAt: z.number().optional(),
  }),
);
type ScopeRow = z.infer<ReturnType<typeof ScopeRow>>;

export interface ScopesDeps {
  rows: Rows;
  clock: Clock;
  log: Log;
}

export function createScopes({ rows, clock, log }: ScopesDeps): Scopes {
  const find = async (scope: string) => {
    const row = await rows.find(PARTITION, buildTableKey(scope));
    return row && { row, held: parseRow(row) };
  };

  const replace = async (row: Row, held: ScopeRow): Promise<ScopeLock | undefined> => {
    const versions = await rows.write(PARTITION, [
      { kind: 'replace', key: row.key, fields: toFields(held), version: row.version },
    ]);
    return versions && toLock(held, versions[0] ?? '');
  };

  const remove = async (row: Row): Promise<boolean> => {
    const removed = await rows.write(PARTITION, [{ kind: 'remove', key: row.key, version: row.version }]);
    return removed !== undefined;
  };

  const update = <T>(attempt: () => Promise<T | typeof LOST>) => compareAndSet(attempt, { clock, what: 'a scope row' });

  return {
    take: ({ scope, runId, holder, leaseMs }) =>
      update<ScopeTaken>(async () => {
        const now = clock.now();
        const fresh = { scope, runId, holder, epoch: 1, expiresAt: now + leaseMs, waiting: '', renewedAt: now };
        const versions = await rows.write(PARTITION, [{ kind: 'insert', key: buildTableKey(scope), fields: fresh }]);
        if (versions) return { kind: 'taken', lock: toLock(fresh, versions[0] ?? '') };

        const found = await find(scope);
        if (!found) return LOST;
        const { row, held } = found;
        // Ours already when the answer to an earlier insert was lost on the way.
        if (held.holder === holder) return { kind: 'taken', lock: toLock(held, row.version) };
        if (held.expiresAt > now)
          return { kind: 'busy', runId: held.runId, holder: held.holder, expiresAt: held.expiresAt };
        // Who waited for the vanished holder waits for us now.
        const lock = await replace(row, { ...fresh, epoch: held.epoch + 1, waiting: held.waiting });
        return lock ? { kind: 'taken', lock } : LOST;
      }),

    async renew(lock, leaseMs) {
      const { version, waiting, ...held } = lock;
      const known = { key: buildTableKey(lock.scope), fields: {}, version };
      const longer = () => ({ expiresAt: clock.now() + leaseMs, renewedAt: clock.now() });
      const renewed = await replace(known, { ...held, waiting: waiting.join(' '), ...longer() });
      if (renewed) return renewed;
      return update<ScopeLock | undefined>(async () => {
        const found = await find(lock.scope);
        if (found?.held.holder !== lock.holder) return undefined;
        return (await replace(found.row, { ...found.held, ...longer() })) ?? LOST;
      });
    },

    async release(lock) {
      const untouched = { key: buildTableKey(lock.scope), fields: {}, version: lock.version };
      if (await remove(untouched)) return [...lock.waiting];
      return update<string[]>(async () => {
        const found = await find(lock.scope);
        if (found?.held.holder !== lock.holder) return [];
        return (await remove(found.row)) ? listWaiting(found.held) : LOST;
      });
    },

    waitFor: (scope, runId) =>
      update<boolean>(async () => {
        const found = await find(scope);
        if (!found || found.held.expiresAt <= clock.now()) return false;
        const waiting = listWaiting(found.held);
        if (waiting.includes(runId) || waiting.length >= MAX_WAITING) return true;
        const registered = await replace(found.row, { ...found.held, waiting: [...waiting, runId].join(' ') });
        return registered ? true : LOST;
      }),

    async find(scope) {
      const found = await find(scope);
      return found && toLock(found.held, found.row.version);
    },

    async list() {
      const locks: ScopeLock[] = [];
      for await (const row of rows.list(PARTITION)) {
        const lock = readOrReport(row, readLock, { log, event: 'scope row unreadable' });
        if (lock) locks.push(lock);
      }
      return locks;
    },

    async seize(lock, holder, until = 0) {
      const { version, waiting, expiresAt, runnerUntil = expiresAt, ...held } = lock;
      const ends = Math.max(expiresAt, until);
      const known = { key: buildTableKey(lock.scope), fields: {}, version };
      return replace(known, { ...held, holder, expiresAt: ends, runnerUntil, waiting: waiting.join(' ') });
    },
  };
}

function parseRow({ fields, key }: Row): ScopeRow {
  const parsed = ScopeRow().safeParse(fields);
  if (!parsed.success)
    throw new TaskError('unexpected', { detail: `the scope row ${key} cannot be read`, cause: parsed.error });
  return parsed.data;
}

function readLock(row: Row): ScopeLock {
  return toLock(parseRow(row), row.version);
}

function toFields({ runnerUntil, renewedAt, ...held }: ScopeRow): Fields {
  return {
    ...held,
    ...(runnerUntil === undefined ? {} : { runnerUntil }),
    ...(renewedAt === undefined ? {} : { renewedAt }),
  };
}

function toLock(held: ScopeRow, version: string): ScopeLock {
  return withoutUndefined({ ...held, waiting: listWaiting(held), version });
}

function listWaiting({ waiting }: ScopeRow): string[] {
  return waiting === '' ? [] : waiting.split(' ');
}

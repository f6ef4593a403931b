import * as z from 'zod';
import type { PermitHolder, Permits } from '../../../domain/ports/permits.ts';
import type { Scopes } from '../../../domain/ports/scopes.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import { lazily } from '../../../kernel/lazily.ts';
import type { Log } from '../../../kernel/log.ts';
import { createJsonRows } from './json-rows.ts';
import type { Rows } from './rows.ts';

const Pool = lazily(() =>
  z.object({
    holders: z.array(z.object({ runId: z.string(), scope: z.string(), holder: z.string() })),
    waiting: z.array(z.string()),
  }),
);
type Pool = z.infer<ReturnType<typeof Pool>>;

/** More than these start when their time comes. */
const MAX_WAITING = 200;

export interface PermitsDeps {
  rows: Rows;
  scopes: Pick<Scopes, 'list'>;
  clock: Clock;
  log: Log;
}

export function createPermits({ rows, scopes, clock, log }: PermitsDeps): Permits {
  const pools = createJsonRows(rows, 'slots', Pool);

  const change = <T>(name: string, plan: (pool: Pool) => Promise<{ next?: Pool; answer: T }>): Promise<T> =>
    compareAndSet<T>(
      async () => {
        const found = await pools.find(name);
        const { next, answer } = await plan(found?.value ?? { holders: [], waiting: [] });
        return !next || (await pools.putIf(name, next, found?.version)) ? answer : LOST;
      },
      { clock, what: 'a pool of permits' },
    );

  const withoutDead = async (holders: PermitHolder[]): Promise<PermitHolder[]> => {
    const now = clock.now();
    // The holder of a row that cannot be read counts as dead here, and other teams go on.
    const known = await scopes.list();
    const alive = new Set(known.filter(({ expiresAt }) => expiresAt > now).map(({ holder }) => holder));
    return holders.filter(({ holder }) => alive.has(holder));
  };

  return {
    take: (name, holder, max) =>
      change<'taken' | 'full'>(name, async ({ holders, waiting }) => {
        if (holders.some((other) => other.holder === holder.holder)) return { answer: 'taken' };
        // An earlier attempt of the same run cannot be at work any more: this one has the scope.
        const others = holders.filter(({ runId }) => runId !== holder.runId);
        const alive = others.length < max ? others : await withoutDead(others);
        const rest = waiting.filter((runId) => runId !== holder.runId);
        if (alive.length < max) return { next: { holders: [...alive, holder], waiting: rest }, answer: 'taken' };
        const isKnown = waiting.includes(holder.runId) || waiting.length >= MAX_WAITING;
        const next = { holders: alive, waiting: isKnown ? waiting : [...waiting, holder.runId] };
        return { next, answer: 'full' };
      }),

    release: (name, { holder }, max) =>
      change<string[]>(name, async ({ holders, waiting }) => {
        const left = holders.filter((other) => other.holder !== holder);
        const free = Math.max(0, max - left.length);
        return { next: { holders: left, waiting: waiting.slice(free) }, answer: waiting.slice(0, free) };
      }),

    async releaseDead() {
      const freed: string[] = [];
      for (const { name, value } of await pools.list(log)) {
        if (value.waiting.length === 0) continue;
        const named = await change<string[]>(name, async ({ holders, waiting }) => {
          const alive = await withoutDead(holders);
          const dead = holders.length - alive.length;
          // A run that was named a moment ago may be about to take the permit: one more costs it a start, no more.
          const free = alive.length === 0 ? Math.max(1, dead) : dead;
          if (free === 0) return { answer: [] };
          return { next: { holders: alive, waiting: waiting.slice(free) }, answer: waiting.slice(0, free) };
        });
        freed.push(...named);
      }
      return freed;
    },
  };
}

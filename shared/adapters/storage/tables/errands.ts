import { z } from 'zod';
import { Errand, errandSubject } from '../../../domain/runs/errand.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import type { Log } from '../../../kernel/log.ts';
import type { Row, Rows } from './rows.ts';
import { buildKeyRange, buildTableKey } from './table-key.ts';

export interface OpenErrand {
  errand: Errand;
  /** Nobody sets out before this time: somebody is at it, or it has to wait. */
  takenUntil: number;
  /** Times somebody set out since it was wanted or put off. */
  tries: number;
  version: string;
}

/**
 * Effects on tickets that belong to no run, kept until they are done: whoever learns of one writes it down, and a timer does it. What
 * is done is remembered, so that the same news seen again costs nothing.
 */
export interface Errands {
  /** Writes an errand down, instead of an older one about the same. False when exactly this is done or written down already. */
  want(errand: Errand): Promise<boolean>;
  listOpen(): Promise<OpenErrand[]>;
  /** Takes an open one for a while; `undefined` when somebody else has it or it changed. */
  take(open: OpenErrand, takenUntil: number): Promise<OpenErrand | undefined>;
  /** Leaves a taken one until a time at which it may be due; that it was looked at counts as no try. Nothing when it changed meanwhile. */
  putOff(open: OpenErrand, until: number): Promise<void>;
  /** Remembers it as done. One that was replaced meanwhile stays open as what it is now. */
  finish(open: OpenErrand): Promise<void>;
  /** The errands of a kind that were done and not forgotten. */
  listDone(kind: Errand['kind']): Promise<Errand[]>;
  /** Forgets that anything was done about the same, so that it can be wanted again. */
  forget(errand: Errand): Promise<void>;
  /** Forgets at most `limit` ended merge requests done before a time; resolves to how many. */
  purge(before: number, limit: number): Promise<number>;
}

const PARTITION = 'errands';
const MAX_TRIES = 8;

const ErrandRow = z.object({
  errand: z.string().transform(parseJson).pipe(Errand),
  takenUntil: z.number(),
  tries: z.number(),
});

export interface ErrandsDeps {
  rows: Rows;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

export function createErrands({ rows, clock, log }: ErrandsDeps): Errands {
  const list = async (...prefix: string[]): Promise<Row[]> => {
    const found: Row[] = [];
    for await (const row of rows.list(PARTITION, buildKeyRange(...prefix))) found.push(row);
    return found;
  };

  /** One row that cannot be read must not hide the others. */
  const readOrReport = (row: Row): OpenErrand[] => {
    const parsed = ErrandRow.safeParse(row.fields);
    if (parsed.success) return [{ ...parsed.data, version: row.version }];
    log.error('errand row unreadable', { key: row.key, error: parsed.error });
    return [];
  };

  const replace = (open: OpenErrand) =>
    rows.write(PARTITION, [
      {
        kind: 'replace',
        key: keyOf('open', open.errand),
        fields: { ...toFields(open), at: clock.now() },
        version: open.version,
      },
    ]);

  return {
    async want(errand) {
      const wanted = JSON.stringify(errand);
      for (let tries = 0; tries < MAX_TRIES; tries += 1) {
        const open = await rows.find(PARTITION, keyOf('open', errand));
        if (open?.fields['errand'] === wanted) return false;
        const done = open ? undefined : await rows.find(PARTITION, keyOf('done', errand));
        if (done?.fields['errand'] === wanted) return false;
        const fields = { errand: wanted, takenUntil: 0, tries: 0, at: clock.now() };
        const key = keyOf('open', errand);
        const written = await rows.write(PARTITION, [
          open ? { kind: 'replace', key, fields, version: open.version } : { kind: 'insert', key, fields },
        ]);
        if (written) return true;
      }
      throw new TaskError('storage-unavailable', { detail: 'an errand changed faster than it could be written down' });
    },

    async listOpen() {
      return (await list('open')).flatMap(readOrReport);
    },

    async take(open, takenUntil) {
      const next = { ...open, takenUntil, tries: open.tries + 1 };
      const versions = await replace(next);
      return versions && { ...next, version: versions[0] ?? '' };
    },

    async putOff(open, until) {
      await replace({ ...open, takenUntil: until, tries: 0 });
    },

    async finish(open) {
      const { errand, version } = open;
      // Remembered first: a crash in between repeats the errand, which is harmless, and loses none.
      const fields = { ...toFields(open), at: clock.now() };
      await rows.write(PARTITION, [{ kind: 'put', key: keyOf('done', errand), fields }]);
      await rows.write(PARTITION, [{ kind: 'remove', key: keyOf('open', errand), version }]);
    },

    async listDone(kind) {
      return (await list('done', kind)).flatMap(readOrReport).map(({ errand }) => errand);
    },

    async forget(errand) {
      await rows.write(PARTITION, [{ kind: 'remove', key: keyOf('done', errand) }]);
    },

    async purge(before, limit) {
      let purged = 0;
      for (const { key, fields, version } of await list('done', 'merge-request-ended')) {
        if (purged >= limit) break;
        if (Number(fields['at']) >= before) continue;
        if (await rows.write(PARTITION, [{ kind: 'remove', key, version }])) purged += 1;
      }
      return purged;
    },
  };
}

function keyOf(state: 'open' | 'done', errand: Errand): string {
  return buildTableKey(state, errand.kind, errandSubject(errand));
}

function toFields({ errand, takenUntil, tries }: OpenErrand) {
  return { errand: JSON.stringify(errand), takenUntil, tries };
}

function parseJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not JSON' });
    return z.NEVER;
  }
}

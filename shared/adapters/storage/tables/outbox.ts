import type { OpenEntry, Outbox } from '../../../domain/ports/outbox.ts';
import { isRemembered, type OutboxEntry, outboxSubject } from '../../../domain/runs/outbox-entry.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import type { Log } from '../../../kernel/log.ts';
import { createAgeIndex } from './age-index.ts';
import { readOrReport } from './read-or-report.ts';
import type { Row, Rows } from './rows.ts';
import { buildKeyRange, buildTableKey } from './table-key.ts';

/** The name is that of the first version; what is stored keeps it. */
const PARTITION = 'errands';

/** What the others say about a ticket holds for as long as the ticket. */
const PURGED: readonly OutboxEntry['kind'][] = [
  'merge-request-ended',
  'run-told',
  'credential-told',
  'credential-notice',
  'weekly-report',
];

/** Grow old with another kind: each group is one more list of every purge. */
const GROUPED = { rated: 'run-told', 'requested-changes': 'merge-request-ended' } as const;
const GROUPED_KINDS = ['rated', 'requested-changes'] as const satisfies readonly (keyof typeof GROUPED)[];

const groupOfKind = (kind: OutboxEntry['kind']) => {
  const group = GROUPED_KINDS.find((one) => one === kind);
  return PURGED.find((one) => one === (group ? GROUPED[group] : kind));
};

export interface OutboxDeps {
  rows: Rows;
  clock: Clock;
  log: Log;
}

export function createOutbox({ rows, clock, log }: OutboxDeps): Outbox {
  const range = buildKeyRange('done');
  const groupOf = ({ key }: Row) => {
    const kind = [...PURGED, ...GROUPED_KINDS].find((one) => key.startsWith(buildKeyRange('done', one).from));
    return kind && groupOfKind(kind);
  };
  const ages = createAgeIndex({ rows, clock }, { partition: PARTITION, range, groupOf });

  const list = async (...prefix: string[]): Promise<Row[]> => {
    const found: Row[] = [];
    for await (const row of rows.list(PARTITION, buildKeyRange(...prefix))) found.push(row);
    return found;
  };

  const listEntries = async (...prefix: string[]): Promise<OpenEntry[]> => {
    // What is enqueued is not read: a process that was started by an event builds none of these schemas.
    const { OutboxRow } = await import('./outbox-row.ts');
    const read = ({ fields, version }: Row): OpenEntry => ({ ...OutboxRow.parse(fields), version });
    const found = await list(...prefix);
    return found.flatMap((row) => readOrReport(row, read, { log, event: 'outbox row unreadable' }) ?? []);
  };

  const replace = (open: OpenEntry) =>
    rows.write(PARTITION, [
      {
        kind: 'replace',
        key: keyOf('open', open.entry),
        fields: { ...toFields(open), at: clock.now() },
        version: open.version,
      },
    ]);

  /**
   * What is at work may have read already what this event is about. Written again, its row stays when that is complete,
   * and is looked at once more when the lease ends. False when it changed meanwhile.
   */
  const touch = async ({ key, fields, version }: Row, entry: OutboxEntry) => {
    if (isRemembered(entry) || fields['tries'] === 0) return true;
    return rows.write(PARTITION, [{ kind: 'replace', key, fields: { ...fields, at: clock.now() }, version }]);
  };

  return {
    async enqueue(entry) {
      const wanted = JSON.stringify(entry);
      return compareAndSet<boolean>(
        async () => {
          const open = await rows.find(PARTITION, keyOf('open', entry));
          if (open?.fields['errand'] === wanted) return (await touch(open, entry)) ? false : LOST;
          // A crash between `complete` and `delete` leaves a row of the others, too.
          const done = open || !isRemembered(entry) ? undefined : await rows.find(PARTITION, keyOf('done', entry));
          if (done?.fields['errand'] === wanted) return false;
          const at = clock.now();
          const fields = { errand: wanted, takenUntil: 0, tries: 0, at, openedAt: at };
          const key = keyOf('open', entry);
          const written = await rows.write(PARTITION, [
            open ? { kind: 'replace', key, fields, version: open.version } : { kind: 'insert', key, fields },
          ]);
          return written ? true : LOST;
        },
        { clock, what: 'an outbox entry' },
      );
    },

    listOpen: () => listEntries('open'),

    async lease(open, until) {
      const next = { ...open, leasedUntil: until, tries: open.tries + 1 };
      const versions = await replace(next);
      return versions && { ...next, version: versions[0] ?? '' };
    },

    async reschedule(open, until) {
      await replace({ ...open, leasedUntil: until, tries: 0, openedAt: clock.now() });
    },

    async complete(open) {
      const { entry, version } = open;
      // Remembered first: a crash in between repeats the entry, which is harmless, and loses none.
      const at = clock.now();
      const key = keyOf('done', entry);
      const group = isRemembered(entry) ? groupOfKind(entry.kind) : undefined;
      const index = group === undefined ? [] : [ages.put(group, key, at)];
      await rows.write(PARTITION, [{ kind: 'put', key, fields: { ...toFields(open), at } }, ...index]);
      await rows.write(PARTITION, [{ kind: 'remove', key: keyOf('open', entry), version }]);
    },

    async listDone(kind) {
      return (await listEntries('done', kind)).map(({ entry }) => entry);
    },

    async delete(entry) {
      await rows.write(PARTITION, [{ kind: 'remove', key: keyOf('done', entry) }]);
    },

    async purge(before, limit) {
      const total = { purged: 0, more: await ages.indexRest() };
      for (const kind of PURGED) {
        const { purged, more } = await ages.purge(kind, before, limit);
        total.purged += purged;
        total.more ||= more;
      }
      return total;
    },
  };
}

function keyOf(state: 'open' | 'done', entry: OutboxEntry): string {
  return buildTableKey(state, entry.kind, outboxSubject(entry));
}

function toFields({ entry, leasedUntil, tries, openedAt }: OpenEntry) {
  return { errand: JSON.stringify(entry), takenUntil: leasedUntil, tries, openedAt };
}

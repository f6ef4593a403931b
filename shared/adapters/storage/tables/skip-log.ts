import { LRUCache } from 'lru-cache';
import type { Decision, SkipLog } from '../../../domain/ports/skip-log.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { HOUR } from '../../../kernel/clock.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import type { Rows } from './rows.ts';
import { buildKeyRange, buildTableKey, shortKeyPart } from './table-key.ts';

const PARTITION = 'decisions';
const REPEAT_MS = HOUR;
const MAX_REMEMBERED = 5000;

export function createSkipLog({
  rows,
  clock,
  redact,
}: {
  rows: Rows;
  clock: Clock;
  redact: (text: string) => string;
}): SkipLog {
  const written = new LRUCache<string, number>({ max: MAX_REMEMBERED });

  return {
    async record(subject, reason, detail, item) {
      const now = clock.now();
      const key = buildTableKey(shortKeyPart(subject), reason, ...(item === undefined ? [] : [shortKeyPart(item)]));
      if (now - (written.get(key) ?? Number.NEGATIVE_INFINITY) < REPEAT_MS) return;
      const fields = {
        subject,
        reason,
        at: now,
        ...(detail === undefined ? {} : { detail: fitText(redact(detail), 1000) }),
      };
      await rows.write(PARTITION, [{ kind: 'put', key, fields }]);
      written.set(key, now);
    },

    async list(subject) {
      const found: Decision[] = [];
      for await (const { fields } of rows.list(PARTITION, buildKeyRange(shortKeyPart(subject)))) {
        const detail = fields['detail'];
        found.push({
          subject: String(fields['subject']),
          reason: String(fields['reason']),
          at: Number(fields['at']),
          ...(detail === undefined ? {} : { detail: String(detail) }),
        });
      }
      return found.sort((a, b) => b.at - a.at);
    },

    async purge(before, limit) {
      let purged = 0;
      for await (const { key, fields, version } of rows.list(PARTITION)) {
        if (purged >= limit) break;
        if (Number(fields['at']) >= before) continue;
        if (await rows.write(PARTITION, [{ kind: 'remove', key, version }])) purged += 1;
      }
      return purged;
    },
  };
}

import type { EarlierAudit } from '../../../domain/audit/facts/earlier-audit.ts';
import type { EvidenceFiles } from '../../../domain/ports/evidence.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { once } from '../../../kernel/once.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import type { AuditPlan } from '../plan/audit-plan.ts';
import { type AnswerRecord, EvidenceRecord, objectPath, recordPath } from './record.ts';

/** What a record has that the store does not add itself. */
type NewAnswer = Omit<AnswerRecord, 'kind' | 'number' | 'previous' | 'at' | 'sha256'>;

/**
 * The chain of evidence in a folder or container. Append-only: answers by their SHA-256 in `objects/`, and one small
 * record per event in `records/`, each with the SHA-256 of the one before, so that a record that was changed, taken out
 * or put in is found.
 */
export interface EvidenceStore {
  begin(plan: AuditPlan, siteUrl: string): Promise<void>;
  /** Stores an answer, then its record: a crash between the two leaves an answer that is asked for again. */
  append(answer: NewAnswer, text: string): Promise<AnswerRecord>;
  end(reportSha256: string, ranges: EarlierAudit['ranges']): Promise<void>;
  /** All records, checked as a chain. @throws {TaskError} `evidence-damaged` naming the file. */
  records(): Promise<readonly EvidenceRecord[]>;
  /** Where the chain stands: how many records, and the hash of the last one; null when it is empty. */
  position(): Promise<{ records: number; lastSha256: string } | null>;
  /**
   * SHA-256 of the record with this number, from 1 on; `undefined` when there is none. It stands for all records up to
   * that one.
   */
  hashOf(number: number): Promise<string | undefined>;
  /** The text of an answer. @throws {TaskError} `evidence-missing`, `evidence-damaged` naming the file. */
  read(record: Pick<AnswerRecord, 'sha256'>): Promise<string>;
}

export interface EvidenceStoreDeps {
  files: EvidenceFiles;
  clock: Pick<Clock, 'now'>;
  /** How the place is named to people: a folder or a URL. */
  place: string;
}

export function createEvidenceStore({ files, clock, place }: EvidenceStoreDeps): EvidenceStore {
  const load = once(() => loadChain(files, place));
  // Writers wait for each other, because each record holds the hash of the one before.
  let tail: Promise<unknown> = Promise.resolve();
  const append = <R extends EvidenceRecord>(
    make: (chained: Pick<R, 'number' | 'previous' | 'at'>) => R,
  ): Promise<R> => {
    const written = tail.then(async () => {
      const chain = await load();
      const record = make({
        number: chain.records.length + 1,
        previous: chain.lastSha256,
        at: toIso(clock.now()),
      });
      const text = `${JSON.stringify(record)}\n`;
      if (!(await files.create(recordPath(record.number), text))) {
        throw new TaskError('evidence-damaged', {
          detail: `Another audit writes into ${place} at the same time: give each a folder of its own.`,
        });
      }
      chain.records.push(record);
      chain.lastSha256 = sha256(text);
      return record;
    });
    tail = written.catch(() => undefined);
    return written;
  };

  return {
    async begin(plan, siteUrl) {
      await append((chained) => ({ kind: 'begin', ...chained, plan, siteUrl }));
    },
    async append(answer, text) {
      const hash = sha256(text);
      await files.create(objectPath(hash), text);
      return append((chained) => ({ kind: 'answer', ...chained, ...answer, sha256: hash }));
    },
    async end(reportSha256, ranges) {
      await append((chained) => ({ kind: 'end', ...chained, reportSha256, ranges }));
    },
    records: async () => (await load()).records,
    async position() {
      const { records, lastSha256 } = await load();
      return lastSha256 === null ? null : { records: records.length, lastSha256 };
    },
    async hashOf(number) {
      const { records, lastSha256 } = await load();
      return (number === records.length ? lastSha256 : records[number]?.previous) ?? undefined;
    },
    async read({ sha256: hash }) {
      const path = objectPath(hash);
      const text = await files.find(path);
      if (text === undefined) throw new TaskError('evidence-missing', { detail: `${place}/${path} is not there.` });
      if (sha256(text) !== hash) {
        throw new TaskError('evidence-damaged', {
          detail: `${place}/${path} does not have the SHA-256 it was stored with.`,
        });
      }
      return text;
    },
  };
}

async function loadChain(files: EvidenceFiles, place: string) {
  const records: EvidenceRecord[] = [];
  let lastSha256: string | null = null;
  for (const path of await files.list('records/')) {
    const text = (await files.find(path)) ?? '';
    const record = parseRecord(text);
    const number = records.length + 1;
    if (path !== recordPath(number)) throw damaged(`${place}/${recordPath(number)} is not there`);
    if (!record || record.number !== number) throw damaged(`${place}/${path} cannot be read`);
    if (record.previous !== lastSha256) throw damaged(`${place}/${recordPath(Math.max(1, number - 1))} was changed`);
    records.push(record);
    lastSha256 = sha256(text);
  }
  return { records, lastSha256 };
}

function damaged(what: string): TaskError {
  return new TaskError('evidence-damaged', { detail: `${what}.` });
}

function parseRecord(text: string): EvidenceRecord | undefined {
  return EvidenceRecord.safeParse(parseJson(text)).data;
}

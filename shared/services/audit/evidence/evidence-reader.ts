import pLimit from 'p-limit';
import * as z from 'zod';
import type { EvidenceAnswer, EvidenceFetch, EvidenceReader, EvidenceRequest } from '../../../domain/ports/evidence.ts';
import { canonicalJson } from '../../../kernel/canonical-json.ts';
import { isErrorCode, TaskError } from '../../../kernel/errors.ts';
import { singleFlight } from '../../../kernel/once.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import type { EvidenceStore } from './evidence-store.ts';
import type { AnswerRecord } from './record.ts';

/** Which stored answers stand instead of a question. */
export type Reuse =
  /** Settled ones only. */
  | { kind: 'settled' }
  /** Also those of the audit that was interrupted. */
  | { kind: 'resume' }
  /** All of the last audit in the store, and what was settled before it: no question goes out. */
  | { kind: 'offline' };

export interface RecordedReader extends EvidenceReader {
  /** Finished questions of this audit, asked now or earlier, by service. */
  calls(): { gitlab: number; jira: number };
  /** Questions that really went out. */
  asked(): number;
}

export interface EvidenceReaderDeps {
  store: EvidenceStore;
  reuse: Reuse;
  /** Absent when offline. */
  fetch?: EvidenceFetch;
}

/** Questions to the services under way at once: few enough to be a polite client. */
const AT_ONCE = 4;

/**
 * Answers each question once: from the store where it may be used, from the service otherwise, and stores what the
 * service said. The same question again gives the same answer without another call, also when both are asked at once.
 */
export async function createEvidenceReader({ store, reuse, fetch }: EvidenceReaderDeps): Promise<RecordedReader> {
  const known = await usableRecords(store, reuse);
  // Of what was answered only the record stays, since all answers of a release together are large.
  const finished = new Map<string, AnswerRecord>();
  const calls = { gitlab: 0, jira: 0 };
  const count = (service: EvidenceRequest['service']) => {
    // A clone on the same disk is not called.
    if (service !== 'git') calls[service] += 1;
  };
  const limit = pLimit(AT_ONCE);
  let asked = 0;

  const ask = async (key: string, request: EvidenceRequest, signal?: AbortSignal): Promise<EvidenceAnswer> => {
    const stored = finished.get(key) ?? known.get(key);
    if (stored) {
      const answer = toAnswer(stored, request, await store.read(stored));
      finished.set(key, stored);
      return answer;
    }
    if (!fetch) throw missing(request);
    const { service, method, settled = false } = request;
    try {
      const { url, text, next } = await limit(() => {
        signal?.throwIfAborted();
        asked += service === 'git' ? 0 : 1;
        return fetch(request, signal);
      });
      const answer = { key, service, method, url, settled, failure: null, next: next ?? null };
      const record = await store.append(answer, text);
      finished.set(key, record);
      return toAnswer(record, request, text);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof TaskError)) throw error;
      // That it could not be seen is a fact of the audit too, and has to come out the same when it is replayed.
      const { code, detail = null } = error;
      const failed = {
        key,
        service,
        method,
        url: `${service}:${request.path}`,
        settled: false,
        failure: code,
        next: null,
      };
      await store.append(failed, JSON.stringify({ code, detail }));
      throw error;
    }
  };

  const read = singleFlight(async (key: string, request: EvidenceRequest, signal?: AbortSignal) => {
    const isRepeated = finished.has(key);
    try {
      const answer = await ask(key, request, signal);
      if (!isRepeated) count(request.service);
      return answer;
    } catch (error) {
      // A refusal is an answer too; what is not in the store was never asked.
      if (error instanceof TaskError && error.code !== 'evidence-missing') count(request.service);
      throw error;
    }
  });

  return {
    read: (request, signal) => read(keyOf(request), request, signal),
    calls: () => ({ ...calls }),
    asked: () => asked,
  };
}

/** Identifies a question without the address of the service, so that evidence can be replayed without settings. */
export function keyOf({ service, method, path, query = {}, body = null }: EvidenceRequest): string {
  return sha256(canonicalJson({ service, method, path, query, body }));
}

async function usableRecords(store: EvidenceStore, reuse: Reuse): Promise<Map<string, AnswerRecord>> {
  const records = await store.records();
  const lastBegin = records.findLastIndex(({ kind }) => kind === 'begin');
  const lastEnd = records.findLastIndex(({ kind }) => kind === 'end');
  const isInterrupted = lastEnd < lastBegin;
  const usable = new Map<string, AnswerRecord>();
  records.forEach((record, index) => {
    if (record.kind !== 'answer') return;
    const isOwn = index > lastBegin;
    const isAnswered = record.failure === null;
    const isResumed = reuse.kind === 'resume' && isInterrupted && isOwn;
    if ((reuse.kind === 'offline' && isOwn) || (isAnswered && (record.settled || isResumed))) {
      usable.set(record.key, record);
    }
  });
  return usable;
}

function toAnswer(record: AnswerRecord, request: EvidenceRequest, text: string): EvidenceAnswer {
  if (record.failure !== null) throw toFailure(text);
  const { service, url, at, sha256: hash, next, key } = record;
  const { settled } = request;
  return {
    source: {
      id: `${service}-${key.slice(0, 12)}`,
      service: service === 'archive' ? 'other' : service,
      url,
      readAt: at,
      sha256: hash,
    },
    body: JSON.parse(text),
    ...(next === null
      ? {}
      : {
          next: {
            service: request.service,
            method: 'GET' as const,
            ...(settled ? { settled } : {}),
            path: next.path,
            query: next.query ?? {},
          },
        }),
  };
}

const Failure = z.object({ code: z.string(), detail: z.string().nullable() });

function toFailure(text: string): TaskError {
  const { code, detail } = Failure.parse(JSON.parse(text));
  return new TaskError(isErrorCode(code) ? code : 'unexpected', detail === null ? {} : { detail });
}

function missing({ service, method, path }: EvidenceRequest): TaskError {
  return new TaskError('evidence-missing', { detail: `${method} ${path} of ${service} was never read.` });
}

import type * as z from 'zod';
import type { Gap, GapReason } from '../../../../domain/audit/facts/gap.ts';
import type { Source } from '../../../../domain/audit/facts/source.ts';
import type { EvidenceReader, EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import { describeError, type ErrorCode, TaskError } from '../../../../kernel/errors.ts';
import { fitsSchema } from './fits-schema.ts';

export interface Asked<T> {
  value: T;
  /** Id of the source. */
  source: string;
}

/** Asks questions of an audit and remembers where each answer came from and what could not be seen. */
export interface Asker {
  ask<T>(request: EvidenceRequest, schema: z.ZodType<T>): Promise<Asked<T>>;
  /** The pages of a list one after another, so that a caller can stop; each item with its source. */
  pages<T>(request: EvidenceRequest, schema: z.ZodType<T>): AsyncGenerator<Asked<T>[]>;
  /** What is made of each item of a list; the items of a page are not kept until the next one. */
  askAll<T, Made>(
    request: EvidenceRequest,
    schema: z.ZodType<T>,
    make: (value: T, source: string) => Made,
  ): Promise<Made[]>;
  /** Does work that a service may refuse: then the refusal is a gap and the fallback stands instead. */
  orGap<T>(subject: string, work: () => Promise<T>, fallback: T): Promise<T>;
  addGap(gap: Gap): void;
  sources(): Source[];
  gaps(): Gap[];
}

export function createAsker(reader: EvidenceReader, signal?: AbortSignal): Asker {
  const sources = new Map<string, Source>();
  const gaps: Gap[] = [];

  const ask: Asker['ask'] = async (request, schema) => {
    const { source, body } = await reader.read(request, signal);
    sources.set(source.id, source);
    return { value: parse(schema, body, request), source: source.id };
  };

  const pages: Asker['pages'] = async function* (first, schema) {
    for (let request: EvidenceRequest | undefined = first; request; ) {
      const page: Awaited<ReturnType<EvidenceReader['read']>> = await reader.read(request, signal);
      sources.set(page.source.id, page.source);
      yield parse(schema.array(), page.body, request).map((value) => ({ value, source: page.source.id }));
      request = page.next && withTokenOf(first, page.next);
    }
  };

  return {
    ask,
    pages,
    async askAll(first, schema, make) {
      const all = [];
      for await (const page of pages(first, schema))
        for (const { value, source } of page) all.push(make(value, source));
      return all;
    },
    async orGap(subject, work, fallback) {
      try {
        return await work();
      } catch (error) {
        const reason = error instanceof TaskError ? GAP_OF[error.code] : undefined;
        if (!(error instanceof TaskError) || reason === undefined) throw error;
        const { sentence, next } = describeError(error.code);
        gaps.push({ reason, subject, detail: [sentence, error.detail].filter(Boolean).join(' '), next });
        return fallback;
      }
    },
    addGap: (gap) => void gaps.push(gap),
    sources: () => [...sources.values()],
    gaps: () => gaps,
  };
}

function withTokenOf({ credentialRef }: EvidenceRequest, next: EvidenceRequest): EvidenceRequest {
  return credentialRef === undefined ? next : { ...next, credentialRef };
}

const GAP_OF: Partial<Record<ErrorCode, GapReason>> = {
  'gitlab-forbidden': 'forbidden',
  'gitlab-not-found': 'not-found',
  'gitlab-unauthorized': 'unauthorized',
  'gitlab-rate-limited': 'throttled',
  'gitlab-unavailable': 'unavailable',
  'gitlab-refused': 'unavailable',
  'jira-forbidden': 'forbidden',
  'jira-not-found': 'not-found',
  'jira-unauthorized': 'unauthorized',
  'jira-sign-in-refused': 'unauthorized',
  'jira-sign-in-failed': 'unauthorized',
  'jira-rate-limited': 'throttled',
  'jira-unavailable': 'unavailable',
  'jira-refused': 'unavailable',
  'credential-unknown': 'unauthorized',
  'key-vault-forbidden': 'unauthorized',
  'key-vault-unavailable': 'unavailable',
  'clone-shallow': 'shallow-clone',
  'clone-partial': 'source-unreadable',
  'clone-commit-missing': 'not-found',
  'clone-unreadable': 'source-unreadable',
};

const INVALID = { gitlab: 'gitlab-unavailable', jira: 'jira-unavailable', git: 'clone-unreadable' } as const;

/** Members that the schema does not name may be left in what is returned. */
function parse<T>(schema: z.ZodType<T>, body: unknown, { service, path }: EvidenceRequest): T {
  if (fitsSchema(schema)(body)) return body as T; // that is what it says
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const code = INVALID[service];
  throw new TaskError(code, {
    detail: `The answer to ${path} is not what the documentation promises.`,
    cause: parsed.error,
  });
}

import type { EvidenceAnswer, EvidenceFetch, EvidenceReader } from '../../../domain/ports/evidence.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { toIso } from '../../../kernel/to-iso.ts';
import { keyOf } from './evidence-reader.ts';

/** Asks the services and keeps nothing: for an answer that is needed now and is no evidence later. */
export function createLiveReader(fetch: EvidenceFetch, clock: Pick<Clock, 'now'>): EvidenceReader {
  return {
    async read(request, signal): Promise<EvidenceAnswer> {
      const { service, credentialRef } = request;
      const { url, text, next } = await fetch(request, signal);
      const id = `${service}-${keyOf(request).slice(0, 12)}`;
      const credential = credentialRef === undefined ? {} : { credentialRef };
      return {
        source: { id, service, url, readAt: toIso(clock.now()), sha256: sha256(text) },
        body: JSON.parse(text),
        ...(next ? { next: { service, method: 'GET', ...credential, ...next } } : {}),
      };
    },
  };
}

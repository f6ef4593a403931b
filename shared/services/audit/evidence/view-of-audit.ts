import type { EvidenceStore } from './evidence-store.ts';

/**
 * The evidence as it stood when the last audit of a version had ended: what was audited into it since, of this version
 * behind `records` or of another one, is left out, because a later answer to the same question was not this audit's.
 * A version without an audit leaves all there is. It is for reading only.
 */
export function viewOfAudit(
  store: EvidenceStore,
  { fixVersion, records: count }: { fixVersion: string; records?: number | undefined },
): EvidenceStore {
  const records = async () => {
    const known = (await store.records()).slice(0, count);
    const begin = known.findLastIndex((one) => one.kind === 'begin' && one.plan.fixVersion === fixVersion);
    const next = known.findIndex(({ kind }, index) => kind === 'begin' && index > begin);
    return begin < 0 || next < 0 ? known : known.slice(0, next);
  };
  return {
    ...store,
    records,
    async position() {
      const { length } = await records();
      const lastSha256 = await store.hashOf(length);
      return lastSha256 === undefined ? null : { records: length, lastSha256 };
    },
  };
}

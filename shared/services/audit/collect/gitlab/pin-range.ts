import type { RepositoryReads } from '../../../../domain/audit/calls/calls-floor.ts';
import { NOT_KNOWN } from '../../../../domain/audit/facts/known.ts';
import type { PinnedRef, RangeFacts } from '../../../../domain/audit/facts/repository.ts';
import type { EvidenceRequest } from '../../../../domain/ports/evidence.ts';
import type { PlannedRepository } from '../../plan/audit-plan.ts';
import type { Asked, Asker } from '../ask/asker.ts';
import { CommitApi, TagApi } from './api-schemas.ts';
import type { ClonedHistory } from './cloned-history.ts';

export type ProjectGet = (path: string, query?: EvidenceRequest['query'], settled?: boolean) => EvidenceRequest;

/** Tags looked at for the newest release that the end contains. */
const MAX_TAGS = 10;

/** What may name a release, and no pre-release: `v2.4.0`, `2.4`, `release-2.4.0`. */
const RELEASE_TAG = /^((?:[a-z][a-z-]*)?v?)(\d+(?:\.\d+)*)$/i;

export interface RangeReaders {
  get: ProjectGet;
  asker: Asker;
  reads: RepositoryReads;
  clone: Pick<ClonedHistory, 'contains'> | undefined;
}

/** Pins both ends of a range to a SHA, so that nothing that is pushed meanwhile changes what is audited. */
export async function pinRange(
  planned: PlannedRepository,
  { get, asker, reads, clone }: RangeReaders,
): Promise<RangeFacts> {
  reads.rangesFromRoot += planned.from === 'root' ? 1 : 0;
  reads.rangesFromRef += planned.from !== 'root' && planned.from !== null ? 1 : 0;
  reads.rangesFromTag += planned.from === null ? 1 : 0;
  const to = await pin(planned.to, get, asker);
  if (planned.from === 'root') return range(planned.to, 'root', to, [to.source]);
  if (planned.from !== null) {
    const from = await pin(planned.from, get, asker);
    return range(planned.to, from.value, to, [from.source, to.source]);
  }
  const isContained = clone
    ? (sha: string) => clone.contains(sha, to.value.sha)
    : askContained(to.value, get, asker, reads);
  const found = await findNewestRelease(to.value, get, asker, isContained);
  if (found) return range(planned.to, found.value, to, [found.source, to.source]);
  asker.addGap({
    reason: 'not-found',
    subject: planned.repository,
    detail: `${planned.repository} has no release tag of its kind that ${planned.to} contains, so it is not known where this release begins.`,
    next: 'Name the beginning with --from, or say --from root for a first release.',
  });
  return range(planned.to, 'root', to, [to.source]);
}

function range(branch: string, from: RangeFacts['from'], to: Asked<PinnedRef>, sources: string[]): RangeFacts {
  return { branch, from, to: to.value, sources };
}

/** A tag, branch or SHA as the commit it names now. GitLab takes all three here and follows annotated tags. */
async function pin(ref: string, get: ProjectGet, asker: Asker): Promise<Asked<PinnedRef>> {
  const { value, source } = await asker.ask(get(`repository/commits/${encodeURIComponent(ref)}`), CommitApi);
  return { value: { ref, sha: value.id, committedAt: value.committed_date }, source };
}

/** What the tag has and the end has not: nothing, when the end contains the tag. */
function askContained(to: PinnedRef, get: ProjectGet, asker: Asker, reads: RepositoryReads) {
  return async (sha: string): Promise<boolean> => {
    reads.tagsCompared += 1;
    const ahead = get('repository/commits', { ref_name: `${to.sha}..${sha}`, per_page: 1 }, true);
    const { value: missing } = await asker.ask(ahead, CommitApi.array());
    return missing.length === 0;
  };
}

async function findNewestRelease(
  to: PinnedRef,
  get: ProjectGet,
  asker: Asker,
  isContained: (sha: string) => Promise<boolean>,
): Promise<Asked<PinnedRef> | undefined> {
  const list = get('repository/tags', { order_by: 'version', sort: 'desc', per_page: 100 });
  const { value: tags, source } = await asker.ask(list, TagApi.array());
  // A branch such as release-2.4 says nothing about how releases are named.
  const end = tags.find(({ name }) => name === to.ref)?.name;
  const releases = tags.filter(({ name, commit }) => isRelease(name, end) && commit.id !== to.sha);
  for (const { name, commit } of releases.slice(0, MAX_TAGS)) {
    if (!(await isContained(commit.id))) continue;
    return { value: { ref: name, sha: commit.id, committedAt: commit.committed_date ?? NOT_KNOWN }, source };
  }
  return undefined;
}

/**
 * Whether a tag names a release like the tag at the end: where that is a version itself, one with the same text before
 * its numbers, and with several of them where it has several (`v2.3` comes before `v2.4.0`). Otherwise a version has
 * two numbers at least: `nightly-20261129` is none.
 */
function isRelease(tag: string, end: string | undefined): boolean {
  const [one, other] = [schemeOf(tag), end === undefined ? undefined : schemeOf(end)];
  if (!one) return false;
  const hasParts = one.parts > 1;
  return other ? one.prefix === other.prefix && hasParts === other.parts > 1 : hasParts;
}

function schemeOf(ref: string): { prefix: string; parts: number } | undefined {
  const [, prefix = '', numbers] = RELEASE_TAG.exec(ref) ?? [];
  return numbers === undefined ? undefined : { prefix: prefix.toLowerCase(), parts: numbers.split('.').length };
}

import picomatch from 'picomatch';
import type { Finding } from '../report/finding.ts';

/**
 * Whether a finding is meant by the `match` of a waiver: the id of its subject or of a row it names, a glob over these,
 * or the first seven digits or more of the SHA of a direct push.
 */
export function createWaiverMatcher(match: string): (finding: Pick<Finding, 'subject' | 'related'>) => boolean {
  const glob = picomatch(match, { dot: true, nonegate: true });
  const sha = /^[0-9a-f]{7,64}$/.test(match) ? match : undefined;
  const fits = (id: string) => id === match || glob(id) || (sha !== undefined && shaOf(id)?.startsWith(sha) === true);
  return ({ subject, related }) => [subject.id, ...related].some(fits);
}

/** Of `group/app@<sha>`; a group may be called like the first digits of one. */
function shaOf(id: string): string | undefined {
  return /@([0-9a-f]{40,64})$/.exec(id)?.[1];
}

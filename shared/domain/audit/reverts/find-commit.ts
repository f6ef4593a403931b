import { lazily } from '../../../kernel/lazily.ts';
import type { Sha } from '../facts/commit.ts';

const SHORTEST = 7;

/**
 * Finds commits by full or short SHA; undefined when none or more than one begins that way. They are indexed when the
 * first is looked for: in most repositories no message names a commit.
 */
export function createCommitFinder(shas: () => Iterable<Sha>): (start: string) => Sha | undefined {
  const byStart = lazily(() => indexByStart(shas()));
  return (start) => {
    const found =
      byStart()
        .get(start.slice(0, SHORTEST))
        ?.filter((sha) => sha.startsWith(start)) ?? [];
    return found.length === 1 ? found[0] : undefined;
  };
}

function indexByStart(shas: Iterable<Sha>): Map<string, Sha[]> {
  const byStart = new Map<string, Sha[]>();
  for (const sha of shas) {
    const start = sha.slice(0, SHORTEST);
    const same = byStart.get(start);
    if (same) same.push(sha);
    else byStart.set(start, [sha]);
  }
  return byStart;
}

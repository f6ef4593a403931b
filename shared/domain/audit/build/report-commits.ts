import { uniqueNames } from '../../../kernel/text/unique-names.ts';
import { isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import { toUtc } from '../facts/instant.ts';
import type { JudgedRepository } from '../release/judge-repository.ts';
import type { ReportCommit } from '../report/commit.ts';
import { orNone } from './or-none.ts';

/** The rows of a repository's commits, each commit of the ranges once, newest first. */
export function reportCommits({ model, changes }: JudgedRepository): ReportCommit[] {
  const keys = keysByCommit(changes);
  return model.attribution.commits.flatMap((commit) => {
    const change = model.changeOf.get(commit.sha);
    // Every commit is in a change; the builder of changes leaves none out.
    if (!change) return [];
    const reverts = model.reverts.get(commit.sha);
    return [
      {
        sha: commit.sha,
        repository: model.facts.repository,
        subject: commit.subject,
        author: commit.author.name,
        authorEmail: commit.author.email,
        committedAt: toUtc(commit.committedAt),
        branches: commit.branches,
        merge: isMerge(commit),
        change: change.id,
        keys: keys.get(commit.sha) ?? orNone([]),
        reverts: reverts?.targets[0] ?? reverts?.outside[0] ?? null,
        revertedBy: model.net.revertedBy.get(commit.sha) ?? null,
        cherryPickOf: model.picks.get(commit.sha)?.of ?? null,
        run: runOf(commit),
        inScope: change.inScope,
        url: commit.url,
        source: commit.source,
      },
    ];
  });
}

/** Most commits of a change have the keys of all of it: one list serves them all, and other changes of the ticket. */
function keysByCommit(changes: JudgedRepository['changes']): Map<Sha, string[]> {
  const listOf = createListInterner();
  const keys = new Map<Sha, string[]>();
  for (const { change, links } of changes) {
    const covering = links.filter((link) => link.row.covers);
    const [whole, part] = [covering.filter((link) => link.whole), covering.filter((link) => !link.whole)];
    const ofAll = listOf(whole.map((link) => link.row.key));
    for (const { sha } of change.commits) {
      const own = part.filter((link) => link.row.commits.includes(sha)).map((link) => link.row.key);
      keys.set(sha, own.length === 0 ? ofAll : listOf([...ofAll, ...own]));
    }
  }
  return keys;
}

/** Sorts keys and gives the same list for the same keys. */
function createListInterner(): (keys: readonly string[]) => string[] {
  const lists = new Map<string, string[]>();
  return (keys) => {
    const sorted = uniqueNames(keys);
    const id = sorted.join(' ');
    const list = lists.get(id) ?? sorted;
    lists.set(id, list);
    return list;
  };
}

function runOf(commit: CommitFacts): string | null {
  return commit.trailers.find((trailer) => trailer.key.toLowerCase() === 'cmap-run')?.value.trim() ?? null;
}

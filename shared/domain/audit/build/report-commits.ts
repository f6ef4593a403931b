import { isMerge } from '../changes/audit-change.ts';
import type { CommitFacts, Sha } from '../facts/commit.ts';
import { toUtc } from '../facts/instant.ts';
import type { JudgedRepository } from '../release/judge-repository.ts';
import type { ReportCommit } from '../report/commit.ts';

/** The rows of a repository's commits, each commit of the ranges once, newest first. */
export function reportCommits({ model, changes }: JudgedRepository): ReportCommit[] {
  const keys = keysByCommit(changes);
  const lists = new Map<string, string[]>();
  // Commits of one change have the same keys: one list serves them all.
  const listOf = (own: ReadonlySet<string> = new Set()): string[] => {
    const sorted = [...own].sort();
    const id = sorted.join(' ');
    const list = lists.get(id) ?? sorted;
    lists.set(id, list);
    return list;
  };
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
        keys: listOf(keys.get(commit.sha)),
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

function keysByCommit(changes: JudgedRepository['changes']): Map<Sha, Set<string>> {
  const keys = new Map<Sha, Set<string>>();
  for (const { change, links } of changes)
    for (const link of links) {
      if (!link.row.covers) continue;
      for (const sha of link.whole ? change.commits.map((commit) => commit.sha) : link.row.commits) {
        const known = keys.get(sha) ?? new Set();
        keys.set(sha, known.add(link.row.key));
      }
    }
  return keys;
}

function runOf(commit: CommitFacts): string | null {
  return commit.trailers.find((trailer) => trailer.key.toLowerCase() === 'cmap-run')?.value.trim() ?? null;
}

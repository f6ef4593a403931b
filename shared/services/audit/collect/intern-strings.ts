import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';

/** Replaces texts that thousands of commits repeat by one copy. */
export type ShareTexts = (facts: RepositoryFacts) => RepositoryFacts;

/** Names, addresses, branches and sources stand in every row of a report; each is kept once for the whole release. */
export function createShareTexts(): ShareTexts {
  const texts = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const share = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
  const shareList = (list: string[]): string[] => {
    const key = JSON.stringify(list);
    const known = lists.get(key) ?? list.map(share);
    lists.set(key, known);
    return known;
  };
  const shareSignature = ({ name, email }: { name: string; email: string }) => ({
    name: share(name),
    email: share(email),
  });
  return (facts) => ({
    ...facts,
    commits: facts.commits.map((commit) => ({
      ...commit,
      author: shareSignature(commit.author),
      branches: shareList(commit.branches),
      source: share(commit.source),
    })),
    mergeRequests: facts.mergeRequests.map((one) => ({
      ...one,
      author: { ...one.author, username: share(one.author.username), name: share(one.author.name) },
      targetBranch: share(one.targetBranch),
      source: share(one.source),
      approvalsSource: one.approvalsSource === null ? null : share(one.approvalsSource),
    })),
  });
}

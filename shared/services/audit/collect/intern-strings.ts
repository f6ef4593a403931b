import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';

/** Replaces texts that thousands of commits repeat by one copy. */
export type InternStrings = (facts: RepositoryFacts) => RepositoryFacts;

/** Names, addresses, branches and sources stand in every row of a report; each is kept once for the whole release. */
export function createStringInterner(): InternStrings {
  const texts = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const intern = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
  const internList = (list: string[]): string[] => {
    const key = JSON.stringify(list);
    const known = lists.get(key) ?? list.map(intern);
    lists.set(key, known);
    return known;
  };
  const internSignature = ({ name, email }: { name: string; email: string }) => ({
    name: intern(name),
    email: intern(email),
  });
  return (facts) => ({
    ...facts,
    commits: facts.commits.map((commit) => ({
      ...commit,
      author: internSignature(commit.author),
      branches: internList(commit.branches),
      source: intern(commit.source),
    })),
    mergeRequests: facts.mergeRequests.map((one) => ({
      ...one,
      author: { ...one.author, username: intern(one.author.username), name: intern(one.author.name) },
      targetBranch: intern(one.targetBranch),
      source: intern(one.source),
      approvalsSource: one.approvalsSource === null ? null : intern(one.approvalsSource),
    })),
  });
}

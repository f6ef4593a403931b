import type { RepositoryFacts } from '../../../domain/audit/facts/repository.ts';

/** Replaces texts that thousands of commits repeat by one copy, in the facts themselves, and returns these. */
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
    // Git allows no line end in the name of a branch.
    const key = list.join('\n');
    const known = lists.get(key) ?? list.map(intern);
    lists.set(key, known);
    return known;
  };
  return (facts) => {
    for (const commit of facts.commits) {
      commit.author.name = intern(commit.author.name);
      commit.author.email = intern(commit.author.email);
      commit.branches = internList(commit.branches);
      commit.source = intern(commit.source);
    }
    for (const one of facts.mergeRequests) {
      one.author.username = intern(one.author.username);
      one.author.name = intern(one.author.name);
      one.targetBranch = intern(one.targetBranch);
      one.source = intern(one.source);
      one.approvalsSource = one.approvalsSource === null ? null : intern(one.approvalsSource);
    }
    return facts;
  };
}

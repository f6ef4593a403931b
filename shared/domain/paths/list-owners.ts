import { createOwnerMatcher } from './match-owner-pattern.ts';
import type { OwnerSection } from './parse-code-owners.ts';

/** Paths of one change that are looked at; a change of more has owners enough among them. */
const MAX_PATHS = 500;

/**
 * The owners of these paths, as a CODEOWNERS file writes them: in each section the last rule that matches a path
 * counts, and none where the section excludes it. Those whose approval is required come first, then those who own most.
 */
export function listOwners(sections: readonly OwnerSection[], paths: readonly string[]): string[] {
  const looked = [...new Set(paths)].slice(0, MAX_PATHS);
  const found = sections.flatMap((section) => countOwners(section, looked));
  const joined = new Map<string, OwnerCount>();
  for (const one of found) {
    const known = joined.get(one.owner.toLowerCase());
    if (known) {
      known.paths += one.paths;
      known.isOptional &&= one.isOptional;
    } else joined.set(one.owner.toLowerCase(), { ...one });
  }
  return [...joined.values()]
    .sort((a, b) => Number(a.isOptional) - Number(b.isOptional) || b.paths - a.paths)
    .map(({ owner }) => owner);
}

interface OwnerCount {
  owner: string;
  isOptional: boolean;
  paths: number;
}

function countOwners({ rules, isOptional }: OwnerSection, paths: readonly string[]): OwnerCount[] {
  const matchers = rules.map((rule) => ({ ...rule, matches: createOwnerMatcher(rule.pattern) }));
  const exclusions = matchers.filter((rule) => rule.isExclusion);
  const others = matchers.filter((rule) => !rule.isExclusion);
  const counts = new Map<string, OwnerCount>();
  for (const path of paths) {
    if (exclusions.some(({ matches }) => matches(path))) continue;
    const last = others.findLast(({ matches }) => matches(path));
    for (const owner of new Set(last?.owners)) {
      const known = counts.get(owner) ?? { owner, isOptional, paths: 0 };
      counts.set(owner, { ...known, paths: known.paths + 1 });
    }
  }
  return [...counts.values()];
}

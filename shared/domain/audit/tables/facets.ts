import { lazily } from '../../../kernel/lazily.ts';
import type { AuditReport } from '../report/audit-report.ts';
import type { ReportChange } from '../report/change.ts';
import type { ReportCommit } from '../report/commit.ts';
import type { ReportStory } from '../report/story.ts';
import { FACET_NAMES, type Facets } from './table.ts';

const EMPTY: Facets = {
  version: [],
  status: [],
  assignee: [],
  label: [],
  component: [],
  repository: [],
  branch: [],
  date: [],
  finding: [],
};

/**
 * Facets of every issue, change, commit and finding of a report, by the id of its row; made when they are asked for.
 */
export interface ReportFacets {
  of(id: string): Facets;
  /** Those of several rows together. */
  ofAll(ids: readonly string[]): Facets;
}

/** The facets of all tables of a report, which is indexed when the first of them is asked for. */
export function collectFacets(report: AuditReport): ReportFacets {
  const index = lazily(() => indexFacets(report));
  return { of: (id) => index().of(id), ofAll: (ids) => index().ofAll(ids) };
}

function indexFacets(report: AuditReport): ReportFacets {
  const rules = new Map(report.findings.map(({ id, rule }) => [id, rule]));
  const stories = new Map(report.stories.map((story) => [story.key, story]));
  const changes = new Map(report.changes.map((change) => [change.id, change]));
  const commits = new Map(report.commits.map((commit) => [commit.sha, commit]));
  const rulesOf = (ids: readonly string[]) => unique(ids.flatMap((id) => rules.get(id) ?? []));

  const ownOfStory = (story: ReportStory): Facets => ({
    ...EMPTY,
    version: story.fixVersions,
    status: [story.status],
    assignee: [story.assignee ?? 'unassigned'],
    label: story.labels,
    component: story.components,
    finding: rulesOf(story.findings),
  });

  const ofKey = (key: string): Facets => {
    const story = stories.get(key);
    return story ? withoutFindings(story) : EMPTY;
  };
  const withoutFindings = memoized((story: ReportStory): Facets => ({ ...ownOfStory(story), finding: [] }));

  const placesOf = ({ repository, commits: own }: ReportChange) => {
    const branch = new Set<string>();
    const date = new Set<string>();
    for (const sha of own) {
      const commit = commits.get(sha);
      if (!commit) continue;
      for (const name of commit.branches) branch.add(name);
      date.add(commit.committedAt.slice(0, 10));
    }
    return { repository: [repository], branch: [...branch], date: [...date] };
  };

  const ofChange = memoized((change: ReportChange): Facets => {
    const own = { ...EMPTY, ...placesOf(change), finding: rulesOf(change.findings) };
    return merge([...change.keys.map(ofKey), own]);
  });

  const madeOfCommits = new Map<string, Facets>();
  /** Commits of a change mostly share their branches and their day, and then their facets. */
  const ofCommit = (commit: ReportCommit): Facets => {
    const { repository, branches } = commit;
    const day = commit.committedAt.slice(0, 10);
    const known = madeOfCommits.get(commit.change);
    if (known?.date[0] === day && known.repository[0] === repository && isSameList(known.branch, branches))
      return known;
    const change = changes.get(commit.change);
    const made = { ...(change ? ofChange(change) : EMPTY), repository: [repository], branch: branches, date: [day] };
    madeOfCommits.set(commit.change, made);
    return made;
  };

  /** An issue is found by the repositories, branches and days of its changes as well. */
  const ofStory = memoized((story: ReportStory): Facets => {
    const own = [...story.changes, ...story.mentions].flatMap((id) => changes.get(id) ?? []);
    const { repository, branch, date } = merge(own.map((change) => ({ ...EMPTY, ...placesOf(change) })));
    return { ...ownOfStory(story), repository, branch, date };
  });

  const of = (id: string): Facets => {
    const commit = commits.get(id);
    if (commit) return ofCommit(commit);
    const change = changes.get(id);
    if (change) return ofChange(change);
    const story = stories.get(id);
    return story ? ofStory(story) : EMPTY;
  };
  return { of, ofAll: (ids) => merge(ids.map(of)) };
}

/** Answers for the same row again without making it again. */
function memoized<T>(make: (row: T) => Facets): (row: T) => Facets {
  const made = new Map<T, Facets>();
  return (row) => {
    const known = made.get(row) ?? make(row);
    made.set(row, known);
    return known;
  };
}

function merge(all: readonly Facets[]): Facets {
  const [first, ...rest] = all;
  if (!first) return EMPTY;
  if (rest.length === 0) return first;
  const merged: Record<(typeof FACET_NAMES)[number], readonly string[]> = { ...EMPTY };
  for (const name of FACET_NAMES) merged[name] = union(all, name);
  return merged;
}

/** Mostly only one of the rows has values of a facet, or all have the same list: then nothing is put together. */
function union(all: readonly Facets[], name: (typeof FACET_NAMES)[number]): readonly string[] {
  let first: readonly string[] = [];
  let values: Set<string> | undefined;
  for (const { [name]: own } of all) {
    if (own.length === 0 || own === first) continue;
    if (first.length === 0) {
      first = own;
      continue;
    }
    values ??= new Set(first);
    for (const value of own) values.add(value);
  }
  return values ? [...values] : unique(first);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, index) => text === b[index]));
}

function unique(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)];
}

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
  ofStory(story: ReportStory): Facets;
  ofChange(change: ReportChange): Facets;
  /** Also where two repositories have the commit, as a fork has: each row has the facets of its own. */
  ofCommit(commit: ReportCommit): Facets;
  of(id: string): Facets;
  /** Those of several rows together. */
  ofAll(ids: readonly string[]): Facets;
}

/** The facets of all tables of a report, which is indexed when the first of them is asked for. */
export function collectFacets(report: AuditReport): ReportFacets {
  const index = lazily(() => indexFacets(report));
  return {
    ofStory: (story) => index().ofStory(story),
    ofChange: (change) => index().ofChange(change),
    ofCommit: (commit) => index().ofCommit(commit),
    of: (id) => index().of(id),
    ofAll: (ids) => index().ofAll(ids),
  };
}

function indexFacets(report: AuditReport): ReportFacets {
  const rules = new Map(report.findings.map(({ id, rule }) => [id, rule]));
  const stories = new Map(report.stories.map((story) => [story.key, story]));
  const changes = new Map(report.changes.map((change) => [change.id, change]));
  const places = collectPlaces(report.commits);
  const rulesOf = (ids: readonly string[]) =>
    ids.length === 0 ? [] : unique(ids.flatMap((id) => rules.get(id) ?? []));

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

  const ofChange = memoized((change: ReportChange): Facets => {
    const { branch, date } = places.get(change.id) ?? EMPTY;
    const own = { ...EMPTY, repository: [change.repository], branch, date, finding: rulesOf(change.findings) };
    return merge([...change.keys.map(ofKey), own]);
  });

  const madeOfCommits = new Map<string, Facets>();
  /** Commits of a change mostly share their branches and their day, and then their facets. */
  const ofCommit = (commit: ReportCommit): Facets => {
    const { repository, branches, committedAt } = commit;
    const known = madeOfCommits.get(commit.change);
    const isOfDay = known?.date[0] !== undefined && committedAt.startsWith(known.date[0]);
    if (isOfDay && known.repository[0] === repository && isSameList(known.branch, branches)) return known;
    const change = changes.get(commit.change);
    const date = [committedAt.slice(0, 10)];
    const made = { ...(change ? ofChange(change) : EMPTY), repository: [repository], branch: branches, date };
    madeOfCommits.set(commit.change, made);
    return made;
  };

  /** An issue is found by the repositories, branches and days of its changes as well. */
  const ofStory = memoized((story: ReportStory): Facets => {
    let { repository, branch, date }: Facets = EMPTY;
    for (const id of [...story.changes, ...story.mentions]) {
      const change = changes.get(id);
      if (!change) continue;
      const own = places.get(id) ?? EMPTY;
      repository = joined(repository, [change.repository]);
      branch = joined(branch, own.branch);
      date = joined(date, own.date);
    }
    return { ...ownOfStory(story), repository, branch, date };
  });

  const commits = lazily(() => new Map(report.commits.map((commit) => [commit.sha, commit])));
  const of = (id: string): Facets => {
    const change = changes.get(id);
    if (change) return ofChange(change);
    const story = stories.get(id);
    if (story) return ofStory(story);
    const commit = commits().get(id);
    return commit ? ofCommit(commit) : EMPTY;
  };
  return { ofStory, ofChange, ofCommit, of, ofAll: (ids) => merge(ids.map(of)) };
}

/** Branches and days of the commits of a change, in the order of the commits. */
interface Places {
  branch: readonly string[];
  date: string[];
}

/** By change; in one walk, because an index of all commits would be larger than what is wanted of them. */
function collectPlaces(commits: readonly ReportCommit[]): ReadonlyMap<string, Places> {
  const places = new Map<string, Places>();
  for (const { change, branches, committedAt } of commits) {
    const day = committedAt.slice(0, 10);
    const known = places.get(change);
    if (!known) {
      places.set(change, { branch: branches, date: [day] });
      continue;
    }
    known.branch = joined(known.branch, branches);
    if (known.date.at(-1) !== day && !known.date.includes(day)) known.date.push(day);
  }
  return places;
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

/** Those of both, the new ones last: the list itself where it has them all. */
function joined(list: readonly string[], more: readonly string[]): readonly string[] {
  if (list === more) return list;
  if (list.length === 0) return unique(more);
  const added = more.filter((text) => !list.includes(text));
  return added.length === 0 ? list : unique([...list, ...added]);
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((text, index) => text === b[index]));
}

function unique(values: readonly string[]): readonly string[] {
  return values.length < 2 ? values : [...new Set(values)];
}

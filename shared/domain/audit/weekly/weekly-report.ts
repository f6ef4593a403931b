import { millisecondsOf, toUtc } from '../facts/instant.ts';
import { compareText } from '../report/compare-text.ts';
import { findMarkers, type Marker } from './find-markers.ts';
import type { WeeklyArtefact, WeeklyComment, WeeklyFacts, WeeklyIssue } from './weekly-facts.ts';

/** A marked line of a comment; `text` without the escapes of Markdown. */
export interface WeeklyMark {
  marker: Marker;
  text: string;
  subject: string;
  author: string;
  at: string;
  url: string;
}

/** One part of the report. Where it is empty, `filters` says how it was searched, so that "nothing" can be believed. */
export interface WeeklySection<Item> {
  items: Item[];
  filters: string;
}

export interface WeeklyReport {
  schema: 'cmap.weekly-report.v1';
  since: string;
  until: string;
  done: WeeklySection<WeeklyIssue>;
  inProgress: WeeklySection<WeeklyIssue>;
  backlog: WeeklySection<WeeklyIssue>;
  decisions: WeeklySection<WeeklyMark>;
  actions: WeeklySection<WeeklyMark>;
  blockers: WeeklySection<WeeklyMark>;
  notes: WeeklySection<WeeklyMark>;
  artefacts: WeeklySection<WeeklyArtefact>;
  /** What could not be seen, each as one sentence; with any, nothing that is missing above is known not to be. */
  gaps: string[];
}

/** The report of the time from `since` to before `until`: a pure function of its facts, every list in a fixed order. */
export function weeklyReport(facts: WeeklyFacts): WeeklyReport {
  const { since, until, filters } = facts;
  const inWeek = (at: string) =>
    millisecondsOf(at) >= millisecondsOf(since) && millisecondsOf(at) < millisecondsOf(until);
  const week = `from ${toUtc(since)} to ${toUtc(until)}`;
  const issues = [...facts.issues].sort((a, b) => compareText(a.key, b.key));
  const marks = facts.comments
    .filter((comment) => inWeek(comment.at))
    .flatMap(marksOf)
    .sort(byTime);
  const marked = (marker: Marker, words: string) => ({
    items: marks.filter((mark) => mark.marker === marker),
    filters: `${filters.comments}; ${words} ${week}`,
  });
  return {
    schema: 'cmap.weekly-report.v1',
    since: toUtc(since),
    until: toUtc(until),
    done: {
      items: issues.filter((issue) => issue.statusCategory === 'done' && issue.doneAt !== null && inWeek(issue.doneAt)),
      filters: `${filters.issues}; done ${week}`,
    },
    inProgress: {
      items: issues.filter((issue) => issue.statusCategory === 'indeterminate'),
      filters: `${filters.issues}; status category In Progress`,
    },
    backlog: {
      items: issues.filter((issue) => issue.statusCategory === 'new' || issue.statusCategory === 'undefined'),
      filters: `${filters.issues}; status category To Do`,
    },
    decisions: marked('decision', 'lines that begin with "Decision:"'),
    actions: marked('action', 'lines that begin with "Action:"'),
    blockers: marked('blocker', 'lines that begin with "Blocker:"'),
    notes: marked('note', 'lines that begin with "Note:"'),
    artefacts: {
      items: facts.artefacts.filter((artefact) => inWeek(artefact.at)).sort(byTime),
      filters: `${filters.artefacts}; made ${week}`,
    },
    gaps: facts.gaps,
  };
}

function marksOf({ subject, author, at, text, url }: WeeklyComment): WeeklyMark[] {
  return findMarkers(text).map((mark) => ({
    ...mark,
    text: withoutEscapes(mark.text),
    subject,
    author,
    at: toUtc(at),
    url,
  }));
}

/** `a\\*b` of Markdown is `a*b`: here it is text, and is escaped again where it is written as Markdown. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([!-/:-@[-`{-~])/g, '$1');
}

/**
 * Oldest first; what happened in one moment by address. The sort is stable, so lines of one comment keep their order.
 */
function byTime(a: { at: string; url: string }, b: { at: string; url: string }): number {
  return millisecondsOf(a.at) - millisecondsOf(b.at) || compareText(a.url, b.url);
}

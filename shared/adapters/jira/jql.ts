import type { JiraBinding, Trigger } from '../../domain/mapping/binding.ts';

/** What decides which issues of a binding are looked for. */
export type SearchedBinding = Pick<JiraBinding, 'jiraProject' | 'trigger'>;

/** Atlassian names no limit for JQL in a POST body; this is far below anything seen to fail. */
const MAX_JQL_LENGTH = 8000;

export interface SearchOptions {
  /** Look also for issues anybody changed within so many minutes, wherever they stand, unless they are finished. */
  changedWithinMinutes?: number;
  maxLength?: number;
}

/**
 * One search for every issue of the mapped projects that stands in its trigger; several only when the text would pass
 * `maxLength`, none without bindings. Projects with the same trigger share one clause.
 *
 * Changes are asked for in minutes before now: a point in time would be read in the time zone of the account. No status
 * is named for them, because a search that names one Jira does not know fails as a whole.
 *
 * Newest change first: issues that wait in their trigger (blocked, deferred) keep their old date, so that with a
 * bounded search they can never hide one that was just moved. Assignee and label triggers leave finished issues out,
 * because closing an issue takes neither its label nor its assignee away.
 */
export function buildTriggerJql(
  bindings: SearchedBinding[],
  { changedWithinMinutes, maxLength = MAX_JQL_LENGTH }: SearchOptions = {},
): string[] {
  const conditions = groupByCondition(bindings);
  if (changedWithinMinutes !== undefined && bindings.length > 0) {
    const projects = [...new Set(bindings.map(({ jiraProject }) => jiraProject))];
    conditions.push({ condition: changedWithin(changedWithinMinutes), projects });
  }
  const clauses = conditions.flatMap(({ condition, projects }) => toClauses(condition, projects, maxLength));
  const searches: string[] = [];
  let parts: string[] = [];
  for (const clause of clauses) {
    if (parts.length > 0 && toJql([...parts, clause]).length > maxLength) {
      searches.push(toJql(parts));
      parts = [];
    }
    parts.push(clause);
  }
  return parts.length > 0 ? [...searches, toJql(parts)] : searches;
}

/**
 * The second half of that search alone: it names nothing that Jira may not know but the projects. `until`: only what
 * has not changed within so many minutes. One search for all projects, several above the length limit.
 */
export function buildChangedJql(
  projects: string[],
  { within, until = 0 }: { within: number; until?: number },
): string[] {
  const end = until > 0 ? ` AND updated <= ${quoteJql(`-${until}m`)}` : '';
  return toClauses(`${changedWithin(within)}${end}`, projects, MAX_JQL_LENGTH).map((clause) => toJql([clause]));
}

/** A JQL string literal. No text can end the literal. */
export function quoteJql(text: string): string {
  const escaped = text
    .replaceAll(/["\\]/g, '\\$&')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what needs escaping
    .replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped}"`;
}

const ORDER = ' ORDER BY updated DESC';

function toJql(clauses: string[]): string {
  const [only] = clauses;
  return (clauses.length === 1 && only ? only : clauses.map((clause) => `(${clause})`).join(' OR ')) + ORDER;
}

function groupByCondition(bindings: SearchedBinding[]): { condition: string; projects: string[] }[] {
  const groups = new Map<string, Set<string>>();
  for (const { trigger, jiraProject } of bindings) {
    const condition = toCondition(trigger);
    groups.set(condition, (groups.get(condition) ?? new Set()).add(jiraProject));
  }
  return [...groups].map(([condition, projects]) => ({ condition, projects: [...projects] }));
}

/** Usually one clause; more when the list of projects alone is too long. */
function toClauses(condition: string, projects: string[], maxLength: number): string[] {
  const clause = `${toProjects(projects)} AND ${condition}`;
  if (projects.length === 1 || clause.length + ORDER.length <= maxLength) return [clause];
  const middle = Math.ceil(projects.length / 2);
  return [projects.slice(0, middle), projects.slice(middle)].flatMap((half) => toClauses(condition, half, maxLength));
}

function changedWithin(minutes: number): string {
  return `statusCategory != Done AND updated >= ${quoteJql(`-${minutes}m`)}`;
}

function toProjects(projects: string[]): string {
  const quoted = projects.map(quoteJql);
  return quoted.length === 1 ? `project = ${quoted[0]}` : `project in (${quoted.join(', ')})`;
}

function toCondition(trigger: Trigger): string {
  switch (trigger.kind) {
    case 'status':
      return `status = ${quoteJql(trigger.status)}`;
    case 'assignee':
      return `assignee = ${quoteJql(trigger.accountId)} AND statusCategory != Done`;
    case 'label':
      return `labels = ${quoteJql(trigger.label)} AND statusCategory != Done`;
  }
}

import type { Run, RunState } from '../../../shared/domain/runs/run.ts';
import { TASK_KINDS } from '../../../shared/domain/runs/task.ts';
import { hasLabel } from '../../../shared/domain/runs/ticket-labels.ts';
import { parseDuration } from '../../arguments/parse-duration.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import type { ProjectPaths } from '../../output/format-task.ts';
import { matchesWord, namesRepository } from './match-word.ts';

export type RunSort = 'created' | 'updated' | 'cost';

/** Which runs a person asked for. */
export interface RunQuery {
  /** Jira projects whose bindings the runs belong to; empty means all. */
  projects: string[];
  /** Jira projects whose runs are left out. */
  excludedProjects: string[];
  /** Runs created before this are not looked at. */
  createdSince?: number;
  /** Nor are those created at this time or later. */
  createdBefore?: number;
  sort: RunSort;
  /** Whether labels decide, which some runs do not know. */
  asksLabels: boolean;
  /** Whether it takes the paths of GitLab projects to decide. */
  asksPaths: boolean;
  /** Whether a run fits all but `projects` and `excludedProjects`, which take the map. */
  matches(run: Run, paths?: ProjectPaths): boolean;
}

type Test = (run: Run, paths: ProjectPaths) => boolean;
type Draft = RunQuery & { tests: Test[]; sorts: string[] };

interface Term {
  /** As it was written. */
  text: string;
  excludes: boolean;
  /** One of these is enough. */
  values: string[];
  now: number;
}

export const RUN_STATES: readonly RunState[] = [
  'planned',
  'queued',
  'running',
  'parked',
  'done',
  'failed',
  'superseded',
  'cancelled',
];
export const RUN_SORTS: readonly RunSort[] = ['created', 'updated', 'cost'];
const OPEN: ReadonlySet<RunState> = new Set(['planned', 'queued', 'running', 'parked']);

/** The fields of the language, each with what it adds to a query. */
const FIELDS: Readonly<Record<string, (term: Term, query: Draft) => void>> = {
  is: (term, query) => {
    const states = chooseAll(term, [...RUN_STATES, 'open']);
    addTest(term, query, ({ state }) => states.includes(state) || (states.includes('open') && OPEN.has(state)));
  },
  kind: (term, query) => {
    const kinds: readonly string[] = chooseAll(term, TASK_KINDS);
    addTest(term, query, ({ task }) => kinds.includes(task.kind));
  },
  project: addProjects,
  binding: addProjects,
  label: (term, query) => {
    query.asksLabels = true;
    addTest(term, query, ({ facts }) => term.values.some((label) => hasLabel(facts?.labels, label)));
  },
  created: addTime,
  updated: addTime,
  sort: addSort,
};

/**
 * Reads `is:failed,parked project:PROJ kind:coding label:urgent created:<24h updated:>2d -is:done sort:cost word`. A
 * leading `-` excludes; a comma means one of several; `<24h` means within the last 24 hours, `>24h` longer ago; quotes
 * keep spaces together. Other words must occur in the id, task, failure or detail, or name an issue, a merge request
 * (`group/app!7`, `!7`), a run or the address of one.
 * @throws {UsageError} naming the first term that is not understood
 */
export function parseRunQuery(terms: readonly string[], now: number): RunQuery {
  const query: Draft = {
    projects: [],
    excludedProjects: [],
    sort: 'created',
    asksLabels: false,
    asksPaths: false,
    tests: [],
    sorts: [],
    matches: (run, paths = () => undefined) => query.tests.every((test) => test(run, paths)),
  };
  for (const term of terms) addTerm(term, query, now);
  return query;
}

/** The terms of a text: what stands between spaces, where quotes keep spaces together. */
export function splitTerms(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? [];
}

function addTerm(text: string, query: Draft, now: number): void {
  const [, minus = '', field = '', rest = ''] = /^(-?)(?:([a-z]+):(?!\/\/))?(.*)$/is.exec(text) ?? [];
  const value = rest.replaceAll('"', '').trim();
  if (value === '') throw new UsageError(`${JSON.stringify(text)} has no value; write for example is:failed`);
  const term = { text, excludes: minus !== '', now };
  if (field === '') {
    query.asksPaths ||= namesRepository(value);
    addTest({ ...term, values: [value] }, query, (run, paths) => matchesWord(run, value, paths));
    return;
  }
  const add = FIELDS[field.toLowerCase()];
  if (!add) throw new UsageError(`${field}: is no field of a run; known are ${nameFields()}`);
  add({ ...term, values: splitValues(value) }, query);
}

function nameFields(): string {
  const names = Object.keys(FIELDS).filter((name) => name !== 'binding');
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function splitValues(value: string): string[] {
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

function addTest({ excludes }: Term, query: Draft, test: Test): void {
  query.tests.push(excludes ? (run, paths) => !test(run, paths) : test);
}

function addProjects({ text, excludes, values }: Term, query: Draft): void {
  // A binding without a Jira project is called by the path of its repository.
  const named = values.map((value) => (value.includes('/') ? value : value.toUpperCase()));
  if (excludes) {
    query.excludedProjects.push(...named);
    return;
  }
  const isSame = query.projects.length === named.length && named.every((one) => query.projects.includes(one));
  if (query.projects.length > 0 && !isSame)
    throw new UsageError(`${text} asks for a second project; write project:${[...query.projects, ...named].join(',')}`);
  if (query.projects.length === 0) query.projects = [...new Set(named)];
}

function addTime(term: Term, query: Draft): void {
  const { text, excludes, values, now } = term;
  const field = /created:/i.test(text) ? 'created' : 'updated';
  const [, sign, span = ''] = /^([<>])(.+)$/.exec(values.join(',')) ?? [];
  const ms = parseDuration(span);
  if (sign === undefined || ms === undefined)
    throw new UsageError(`${text} is not understood; write ${field}:<24h or ${field}:>7d`);
  const edge = now - ms;
  const isSince = sign === '<' ? !excludes : excludes;
  const at = (run: Run) => (field === 'created' ? run.createdAt : run.updatedAt);
  query.tests.push((run) => (isSince ? at(run) >= edge : at(run) < edge));
  if (field === 'updated') return;
  // Runs are read newest first, by creation: before one edge and behind the other nothing fits.
  if (isSince) query.createdSince = Math.max(query.createdSince ?? 0, edge);
  else query.createdBefore = Math.min(query.createdBefore ?? Number.POSITIVE_INFINITY, edge);
}

function addSort(term: Term, query: Draft): void {
  if (term.excludes) throw new UsageError(`${term.text} is not understood; an order cannot be excluded`);
  const [sort = 'created', ...others] = chooseAll(term, RUN_SORTS);
  query.sorts.push(sort);
  if (others.length > 0 || query.sorts.some((one) => one !== sort))
    throw new UsageError(`${term.text} is not understood; runs have one order, such as sort:${query.sorts[0] ?? sort}`);
  query.sort = sort;
}

function chooseAll<Word extends string>({ text, values }: Term, words: readonly Word[]): Word[] {
  const chosen = values.map((value) => words.find((one) => one === value.toLowerCase()));
  const known = chosen.filter((word) => word !== undefined);
  if (known.length === 0 || known.length < chosen.length)
    throw new UsageError(`${text} is not understood; write one of ${words.join(', ')}`);
  return known;
}

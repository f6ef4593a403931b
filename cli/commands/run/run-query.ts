import type { Run, RunState } from '../../../shared/domain/runs/run.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import { parseDuration } from '../../arguments/parse-duration.ts';
import { UsageError } from '../../arguments/usage-error.ts';

export type RunSort = 'created' | 'updated' | 'cost';

/** Which runs a person asked for. */
export interface RunQuery {
  /** A Jira project whose binding the runs belong to. */
  project?: string;
  /** Runs created before this are not looked at. */
  createdSince?: number;
  sort: RunSort;
  matches(run: Run): boolean;
}

const STATES: readonly string[] = [
  'planned',
  'queued',
  'running',
  'parked',
  'done',
  'failed',
  'superseded',
  'cancelled',
];
const KINDS: readonly Task['kind'][] = ['coding', 'review', 'reply', 'update', 'audit', 'echo'];
const OPEN: ReadonlySet<RunState> = new Set(['planned', 'queued', 'running', 'parked']);

/**
 * Reads `is:failed project:PROJ kind:coding created:<24h updated:>2d -is:done sort:cost word`. A leading `-` excludes;
 * `<24h` means within the last 24 hours, `>24h` longer ago. Other words must occur in the id, task, failure or detail.
 * @throws {UsageError} naming the first term that is not understood
 */
export function parseRunQuery(terms: readonly string[], now: number): RunQuery {
  const query: RunQuery & { tests: ((run: Run) => boolean)[] } = {
    sort: 'created',
    tests: [],
    matches: (run) => query.tests.every((test) => test(run)),
  };
  for (const term of terms) addTerm(term, query, now);
  return query;
}

function addTerm(term: string, query: RunQuery & { tests: ((run: Run) => boolean)[] }, now: number): void {
  const [, minus = '', field = '', value = ''] = /^(-?)(?:([a-z]+):)?(.*)$/i.exec(term) ?? [];
  if (value === '') throw new UsageError(`${JSON.stringify(term)} has no value; write for example is:failed`);
  const add = (test: (run: Run) => boolean) => query.tests.push(minus ? (run) => !test(run) : test);
  switch (field.toLowerCase()) {
    case '':
      add(({ runId, task, code = '', detail = '' }) => contains([runId, task.id, task.scope, code, detail], value));
      return;
    case 'is':
      choose(term, value, [...STATES, 'open']);
      add(({ state }) => (value === 'open' ? OPEN.has(state) : state === value));
      return;
    case 'kind':
      choose(term, value, KINDS);
      add(({ task }) => task.kind === value);
      return;
    case 'project':
    case 'binding':
      if (minus) add(({ task }) => task.kind === 'coding' && task.jiraProject.toUpperCase() === value.toUpperCase());
      else query.project = value.toUpperCase();
      return;
    case 'created':
    case 'updated': {
      const [, sign, span = ''] = /^([<>])(.+)$/.exec(value) ?? [];
      const ms = parseDuration(span);
      if (sign === undefined || ms === undefined)
        throw new UsageError(`${term} is not understood; write ${field}:<24h or ${field}:>7d`);
      const edge = now - ms;
      const at = (run: Run) => (field === 'created' ? run.createdAt : run.updatedAt);
      add((run) => (sign === '<' ? at(run) >= edge : at(run) < edge));
      // Runs are read newest first: behind this one nothing fits.
      if (field === 'created' && sign === '<' && !minus) query.createdSince = Math.max(query.createdSince ?? 0, edge);
      return;
    }
    case 'sort':
      query.sort = choose(term, value, ['created', 'updated', 'cost'] as const);
      return;
    default:
      throw new UsageError(`${field}: is no field of a run; known are is, kind, project, created, updated and sort`);
  }
}

function choose<Word extends string>(term: string, value: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new UsageError(`${term} is not understood; write one of ${words.join(', ')}`);
  return word;
}

function contains(texts: readonly string[], word: string): boolean {
  return texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
}

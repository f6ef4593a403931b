import * as z from 'zod';
import type { RunRecord } from '../../../domain/ports/run-ledger.ts';
import type { RunResult } from '../../../domain/runs/outcome.ts';
import type { RunEvent, RunFacts } from '../../../domain/runs/run.ts';
import { RunFactsSchema, RunResultSchema, RunStateSchema } from '../../../domain/runs/run-schema.ts';
import { schemaOfTask, TASK_KINDS, type Task } from '../../../domain/runs/task.ts';
import { fitLabels } from '../../../domain/runs/ticket-labels.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { isObject } from '../../../kernel/is-object.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { parseOptions } from '../../../kernel/parse-options.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { withoutUndefined } from '../../../kernel/without-undefined.ts';
import { parseJsonField } from './parse-json-field.ts';
import { MAX_STRING_LENGTH } from './row-limits.ts';
import type { Fields } from './rows.ts';

/** One change of state, kept inside the run row so that both are one write. */
export const HistoryEntry = lazily(() =>
  z.object({
    at: z.number(),
    name: z.string(),
    attempt: z.number(),
    reason: z.string().optional(),
    runner: z.string().optional(),
  }),
);
export type HistoryEntry = z.infer<ReturnType<typeof HistoryEntry>>;

/** A run that waits for years would outgrow its row: the first entry and the newest ones stay. */
const MAX_HISTORY = 120;
const MAX_DETAIL_LENGTH = 8000;
/** JSON may need six characters for one of these, and all of a result together have to fit into one property. */
const MAX_SUMMARY_LENGTH = 3000;
const MAX_PLAN_LENGTH = 800;
const MAX_SHORT_LENGTH = 500;

/** The field names are those of the first version; what is stored keeps them. An admission reads none. */
const RunRow = lazily(() =>
  z.object({
    runId: z.string(),
    dedupKey: z.string(),
    task: z.string().transform(parseJsonField).transform(toTask),
    state: RunStateSchema,
    attempt: z.number(),
    interruptions: z.number().optional(),
    outages: z.number().optional(),
    runner: z.string().optional(),
    withoutMessage: z.boolean().optional(),
    createdAt: z.number(),
    updatedAt: z.number(),
    parkedUntil: z.number().optional(),
    parkedReason: z.string().optional(),
    facts: z.string().transform(parseJsonField).pipe(RunFactsSchema()).optional(),
    result: z.string().transform(parseJsonField).pipe(RunResultSchema()).optional(),
    code: z.string().optional(),
    detail: z.string().optional(),
    told: z.boolean(),
    tellAfter: z.number().optional(),
    tellAttempts: z.number(),
  }),
);

/** By the schema of its kind: a list of runs whose tasks are of one kind needs no other. */
function toTask(json: unknown, context: z.RefinementCtx): Task {
  const kind = TASK_KINDS.find((one) => isObject(json) && json['kind'] === one);
  if (kind === undefined) {
    context.addIssue({ code: 'custom', message: 'no kind of task' });
    return z.NEVER;
  }
  const parsed = schemaOfTask(kind).safeParse(json, parseOptions(schemaOfTask(kind)));
  if (parsed.success) return parsed.data;
  for (const { path, message } of parsed.error.issues) context.addIssue({ code: 'custom', path, message });
  return z.NEVER;
}

const History = lazily(() => z.string().transform(parseJsonField).pipe(z.array(HistoryEntry())));

/**
 * The fields of a run row. Free text is redacted first and cut after, so that no cut leaves half a secret.
 * @throws {TaskError} `task-too-large`
 */
export function toRunFields(run: Omit<RunRecord, 'version'>, redact: (text: string) => string): Fields {
  const { task, facts, result, detail, parkedReason, notified, notifyAfter, notifyAttempts, ...plain } = run;
  const json = JSON.stringify(task);
  if (json.length > MAX_STRING_LENGTH) throw new TaskError('task-too-large', { detail: `${json.length} characters` });
  return withoutAbsent({
    ...plain,
    told: notified,
    tellAfter: notifyAfter,
    tellAttempts: notifyAttempts,
    task: json,
    facts: facts && JSON.stringify(fitFacts(facts, redact)),
    result: result && JSON.stringify(fitResult(result, redact)),
    detail: detail === undefined ? undefined : fitText(redact(detail), MAX_DETAIL_LENGTH),
    parkedReason: parkedReason === undefined ? undefined : fitText(redact(parkedReason), MAX_SHORT_LENGTH),
  });
}

/** @throws {TaskError} `unexpected` when the row was not written by us. */
export function fromRunFields(fields: Fields, version: string): RunRecord {
  const parsed = RunRow().safeParse(fields, parseOptions(RunRow()));
  if (!parsed.success) throw new TaskError('unexpected', { detail: 'a run row cannot be read', cause: parsed.error });
  const { told, tellAfter, tellAttempts, ...run } = withoutUndefined(parsed.data);
  return {
    ...run,
    notified: told,
    ...(tellAfter === undefined ? {} : { notifyAfter: tellAfter }),
    notifyAttempts: tellAttempts,
    version,
  };
}

/** A run as it is read again after it was written with these fields: its texts masked and cut, the rest as it was. */
export function asWritten(run: Omit<RunRecord, 'version'>, fields: Fields, version: string): RunRecord {
  const present = Object.entries(run).filter(([, value]) => value !== undefined);
  const written = Object.fromEntries(present) as typeof run; // Without what was `undefined` it is the same run.
  for (const name of ['detail', 'parkedReason'] as const) {
    if (run[name] !== undefined) written[name] = String(fields[name]);
  }
  if (run.facts) written.facts = JSON.parse(String(fields['facts']));
  if (run.result) written.result = JSON.parse(String(fields['result']));
  return { ...written, version };
}

export function toHistoryField(history: readonly HistoryEntry[]): string {
  const kept = history.length <= MAX_HISTORY ? history : [...history.slice(0, 1), ...history.slice(1 - MAX_HISTORY)];
  return JSON.stringify(kept);
}

export function fromHistoryField(fields: Fields): HistoryEntry[] {
  const parsed = History().safeParse(fields['history'], parseOptions(History()));
  if (!parsed.success) throw new TaskError('unexpected', { detail: 'a run row cannot be read', cause: parsed.error });
  return parsed.data;
}

export function toHistoryEvent(runId: string, { at, name, attempt, reason, runner }: HistoryEntry): RunEvent {
  return { runId, at, name, fields: { attempt, ...(reason ? { reason } : {}), ...(runner ? { runner } : {}) } };
}

function fitFacts({ labels, ...facts }: RunFacts, redact: (text: string) => string): RunFacts {
  return { ...facts, ...(labels ? { labels: fitLabels(labels.map(redact)) } : {}) };
}

function fitResult(result: RunResult, redact: (text: string) => string): RunResult {
  const shorten = (text: string) => fitText(redact(text), MAX_SHORT_LENGTH);
  return {
    ...result,
    what: shorten(result.what),
    ...(result.branch === undefined ? {} : { branch: shorten(result.branch) }),
    ...(result.mergeRequestUrl === undefined ? {} : { mergeRequestUrl: shorten(result.mergeRequestUrl) }),
    ...(result.summary === undefined ? {} : { summary: fitText(redact(result.summary), MAX_SUMMARY_LENGTH) }),
    ...(result.plan === undefined ? {} : { plan: fitText(redact(result.plan), MAX_PLAN_LENGTH) }),
  };
}

function withoutAbsent(values: Record<string, string | number | boolean | undefined>): Fields {
  const fields: Fields = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) fields[name] = value;
  return fields;
}

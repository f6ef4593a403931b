import * as z from 'zod';
import { buildRunId } from '../../../domain/runs/run-id.ts';
import { schemaOfTask, TASK_KINDS, Task } from '../../../domain/runs/task.ts';
import { TaskError } from '../../../kernel/errors.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { parseJson } from '../../../kernel/parse-json.ts';
import { parseOptions } from '../../../kernel/parse-options.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';

/** Azure Queue Storage: 64 KiB of text. A task is a pointer and needs a hundredth of it. */
const MAX_BYTES = 65_536;
const MAX_POISON_BODY_LENGTH = 10_000;

const TaskMessage = lazily(() =>
  z.object({
    version: z.literal(1).default(1),
    runId: z.string().min(1).optional(),
    task: z.unknown(),
  }),
);

const PoisonMessage = lazily(() =>
  z.object({
    version: z.literal(1),
    reason: z.string(),
    attempt: z.number(),
    runId: z.string().optional(),
    task: z.unknown().optional(),
    body: z.string().optional(),
  }),
);

export type ReadMessage =
  | { kind: 'task'; task: Task; runId: string }
  /** `isLater`: what a later release writes, which a runner of that release can read. */
  | { kind: 'unreadable'; reason: string; isLater?: true };

export interface PoisonContent {
  reason: string;
  attempt: number;
  runId?: string;
  task?: Task;
  body?: string;
}

/** The text of a task message. Fields a task does not have are left out. @throws {TaskError} `task-too-large` */
export function formatTaskMessage(task: Task, runId: string): string {
  const schema = schemaOfTask(task.kind);
  const text = toAsciiJson({ version: 1, runId, task: schema.parse(task, parseOptions(schema)) });
  if (text.length > MAX_BYTES) throw new TaskError('task-too-large', { detail: `${text.length} bytes on the queue` });
  return text;
}

/**
 * Reads a message in the form above, a bare task without the envelope, or either in base64 (what portal tools send).
 * A message without `credentialRef` means `default`. Never throws: what is not a task has a reason.
 */
export function parseTaskMessage(text: string): ReadMessage {
  const json = parseJson(text.trimStart().startsWith('{') ? text : Buffer.from(text, 'base64').toString('utf8'));
  if (json === undefined) return { kind: 'unreadable', reason: 'the message is not JSON' };
  const laterReason = describeLater(json);
  if (laterReason !== undefined) return { kind: 'unreadable', reason: laterReason, isLater: true };
  const envelope = TaskMessage().safeParse(isBareTask(json) ? { task: json } : json);
  if (!envelope.success) return { kind: 'unreadable', reason: describe('the message', envelope.error) };
  const task = Task().safeParse(withVersion(envelope.data.task));
  if (!task.success) return { kind: 'unreadable', reason: describe('the task', task.error) };
  return { kind: 'task', task: task.data, runId: envelope.data.runId ?? buildRunId(task.data.id) };
}

const later = lazily(() => ({
  version: z.object({ version: z.int().min(2) }),
  task: z.object({ task: z.unknown() }),
  kind: z.enum(TASK_KINDS),
  /** A word as our kinds are: anything else is a mistake, and may hold what no log should. */
  kindWord: z.object({ kind: z.string().regex(/^[a-z][a-z-]{1,30}$/) }),
}));

/** Why the message is one of a later release; `undefined` for every other, readable or not. */
function describeLater(json: unknown): string | undefined {
  const isBare = isBareTask(json);
  const message = later().version.safeParse(json).data;
  if (message && !isBare) return `the message has version ${message.version}, which this release does not read`;
  const task = isBare ? json : later().task.safeParse(json).data?.task;
  const version = later().version.safeParse(task).data?.version;
  if (version !== undefined) return `the task has version ${version}, which this release does not read`;
  const kind = later().kindWord.safeParse(task).data?.kind;
  if (kind === undefined || later().kind.safeParse(kind).success) return undefined;
  return `the task has the kind ${kind}, which this release does not know`;
}

/** The text of a poison message; what was unreadable is kept, cut to fit. */
export function formatPoisonMessage(content: PoisonContent): string {
  const { body, ...rest } = content;
  return toAsciiJson({
    version: 1,
    ...rest,
    ...(body === undefined ? {} : { body: fitText(body, MAX_POISON_BODY_LENGTH) }),
  });
}

/**
 * Reads what `formatPoisonMessage` wrote; anything else is shown as it is. What an earlier release could not read is a
 * task where this one can.
 */
export function parsePoisonMessage(text: string): PoisonContent {
  const parsed = PoisonMessage().safeParse(parseJson(text));
  if (!parsed.success) return { reason: 'the poison message cannot be read', attempt: 0, body: text };
  const { task: rawTask, runId, body, reason, attempt } = parsed.data;
  const task = Task().safeParse(rawTask);
  const read = body === undefined ? undefined : parseTaskMessage(body);
  return {
    reason,
    attempt,
    ...(runId === undefined ? {} : { runId }),
    ...(task.success ? { task: task.data } : {}),
    ...(read?.kind === 'task' ? { task: read.task, runId: read.runId } : {}),
    ...(body === undefined ? {} : { body }),
  };
}

/** The service carries messages in XML, where some characters are not legal; escaped JSON is always. */
function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function isBareTask(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'kind' in json && !('task' in json);
}

/** The first messages had no version in the task. */
function withVersion(task: unknown): unknown {
  return typeof task === 'object' && task !== null && !('version' in task) ? { ...task, version: 1 } : task;
}

/** Names the fields, never their content. */
function describe(what: string, { issues }: z.ZodError): string {
  const fields = [...new Set(issues.map(({ path }) => path.join('.') || 'the whole'))];
  return `${what} has a wrong or missing field: ${fields.slice(0, 5).join(', ')}`;
}

import { bindingName } from '../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Storage } from '../../../shared/domain/ports/storage.ts';
import type { Run } from '../../../shared/domain/runs/run.ts';
import { EVERYTHING } from '../../../shared/domain/runs/subjects.ts';
import { TASK_KINDS } from '../../../shared/domain/runs/task.ts';
import { findMap } from '../../clients/find-map.ts';
import { aboutRuns, aboutScopes, createProjectPaths } from '../../clients/project-paths.ts';
import type { Tools } from '../../clients/tools.ts';
import type { CompletedKind } from '../../command-line/command.ts';
import type { CliIO } from '../../io/io.ts';
import { nameTask, type ProjectPaths } from '../../output/format-task.ts';
import { nameScope } from '../../output/name-scope.ts';
import { listEntries } from '../queue/queue-entries.ts';
import { RUN_SORTS, RUN_STATES } from '../run/run-query.ts';

/** Something that may be typed, and what it is. */
export interface CompletedValue {
  value: string;
  about: string;
}

export interface ValueDeps {
  tools: Pick<Tools, 'storage' | 'bindings'>;
  env: CliIO['env'];
}

/** As many as a person reads through at a prompt. */
const NEWEST_RUNS = 30;

/**
 * Reads what may be typed next, newest first where there is an order. Asks the storage account and the map, and nothing
 * else. @throws {UsageError} and {TaskError} as the tools do
 */
export async function readValues(kind: CompletedKind, { tools, env }: ValueDeps): Promise<CompletedValue[]> {
  if (kind === 'projects') {
    const { bindings = [] } = await findMap(tools);
    // A project with routes is one value.
    return createBindings(bindings).entries.map((binding) => ({ value: bindingName(binding), about: binding.repo }));
  }
  const storage = await tools.storage();
  if (kind === 'queries') return listTerms(await storage.ledger.listRecent(EVERYTHING, NEWEST_RUNS), tools);
  const readPaths = createProjectPaths(async () => storage, env);
  switch (kind) {
    case 'runs':
    case 'subjects': {
      const runs = await storage.ledger.listRecent(EVERYTHING, NEWEST_RUNS);
      const paths = await readPaths(aboutRuns(runs));
      const subjects = listSubjects(runs, paths);
      return kind === 'subjects' ? subjects : [...runs.map((run) => describeRun(run, paths)), ...subjects];
    }
    case 'messages': {
      const messages = (await listEntries(storage.queue)).map(({ message }) => message);
      const tasks = messages.flatMap(({ task }) => (task ? [{ task }] : []));
      const paths = await readPaths(aboutRuns(tasks));
      return messages.map(({ messageId, task, reason }) => ({
        value: messageId,
        about: [task ? nameTask(task, paths) : 'unreadable', reason].filter(Boolean).join(', '),
      }));
    }
    case 'claims':
      return listClaims(await storage.scopes.list(), readPaths);
  }
}

/** The terms of the query language, with the projects of the map and the labels the newest runs have seen. */
async function listTerms(
  newest: readonly Run[],
  tools: Pick<Tools, 'storage' | 'bindings'>,
): Promise<CompletedValue[]> {
  const { bindings = [] } = await findMap(tools);
  const labels = new Set(newest.flatMap(({ facts }) => facts?.labels ?? []));
  const term = (field: string, about: string) => (value: string) => ({ value: `${field}:${value}`, about });
  return [
    ...['failed', 'open', ...RUN_STATES.filter((state) => state !== 'failed')].map(term('is', 'runs in this state')),
    ...TASK_KINDS.map(term('kind', 'runs of this kind')),
    ...createBindings(bindings).entries.map(bindingName).map(term('project', 'runs of this binding')),
    ...[...labels].toSorted().map(term('label', 'runs of tickets with this label')),
    ...['<24h', '<7d'].map(term('created', 'runs created since')),
    ...['<24h', '<7d'].map(term('updated', 'runs changed since')),
    ...RUN_SORTS.map(term('sort', 'order of the list')),
  ];
}

function describeRun({ runId, task, state }: Run, paths: ProjectPaths): CompletedValue {
  return { value: runId, about: `${nameTask(task, paths)}, ${state}` };
}

/** Each issue and merge request once, by its newest run. */
function listSubjects(runs: readonly Run[], paths: ProjectPaths): CompletedValue[] {
  const newest = new Map<string, Run>();
  for (const run of runs) if (run.task.kind !== 'echo' && !newest.has(run.task.scope)) newest.set(run.task.scope, run);
  return [...newest].map(([scope, { state, task }]) => ({
    value: nameScope(scope, paths),
    about: `${task.kind}, ${state}`,
  }));
}

async function listClaims(
  locks: Awaited<ReturnType<Storage['scopes']['list']>>,
  readPaths: ReturnType<typeof createProjectPaths>,
): Promise<CompletedValue[]> {
  const paths = await readPaths(aboutScopes(locks.map(({ scope }) => scope)));
  return locks.map(({ scope, runId }) => ({ value: nameScope(scope, paths), about: `held by ${runId}` }));
}

import type { AuditArchive } from '../../shared/domain/ports/audit-archive.ts';
import type { NewRun, RunChange } from '../../shared/domain/ports/run-ledger.ts';
import type { Storage } from '../../shared/domain/ports/storage.ts';
import type { RunStage } from '../../shared/domain/runs/run.ts';
import type { Task } from '../../shared/domain/runs/task.ts';
import { MINUTE, SECOND } from '../../shared/kernel/clock.ts';
import { only } from '../doubles/only.ts';
import type { SteppedClock } from '../doubles/stepped-clock.ts';
import { aCodingTask, aReplyTask, aReviewTask } from './tasks.ts';

/** A run that is written to storage: its task, and what became of it. */
export interface StoredRun {
  runId: string;
  task?: Task;
  stages?: readonly (readonly [name: RunStage, fields?: Record<string, string | number | boolean>])[];
  changes?: readonly RunChange[];
}

/** Writes a run with its changes and stages, each some time after the one before. */
export async function storeRun(
  { ledger }: Pick<Storage, 'ledger'>,
  clock: SteppedClock,
  { runId, task = aCodingTask({ id: runId }), stages = [], changes = [] }: StoredRun,
): Promise<void> {
  const run: NewRun = { runId, dedupKey: task.id, task };
  let record = await ledger.create(run);
  const [begun, ...others] = changes;
  for (const change of begun ? [begun] : []) {
    clock.time += 2 * SECOND;
    record = record && (await ledger.update(record, change));
  }
  for (const [name, fields] of stages) {
    clock.time += name === 'agent-finished' ? 3 * MINUTE : 7 * SECOND;
    await ledger.append({ runId, at: clock.time, name, ...(fields ? { fields } : {}) });
  }
  for (const change of others) {
    clock.time += 20 * SECOND;
    record = record && (await ledger.update(record, change));
  }
  clock.time += MINUTE;
}

export const FAILED_RUN = 'run-fa11ed000001';
export const DONE_RUN = 'run-d00e00000001';
export const RUNNING_RUN = 'run-0123456789ab';

const USAGE = { modelCalls: 14, inputTokens: 182_340, outputTokens: 9_120 };
const COST = { amount: 0.32, currency: 'USD' };
const BEGUN: RunChange = { state: 'running', attempt: 1, runner: 'runner-7f3a/1' };

/** A day of two teams: one run of each kind and ending. */
export async function storeOrdinaryRuns(storage: Storage, clock: SteppedClock): Promise<void> {
  const url = 'https://gitlab.example.com/group/app/-/merge_requests';
  const stored: StoredRun[] = [
    {
      runId: 'run-0e5e00000001',
      task: aReviewTask({ id: 'review~7~3~abc123' }),
      stages: [
        ['cloned', { head: 'abc123', files: 4 }],
        ['agent-started'],
        ['agent-finished', { findings: 2 }],
        ['reported', { posted: 2 }],
      ],
      changes: [
        BEGUN,
        {
          state: 'done',
          notified: true,
          facts: { usage: USAGE, cost: COST },
          result: { what: 'reviewed', usage: USAGE, summary: 'Two findings: a missing check and a name.' },
        },
      ],
    },
    {
      runId: FAILED_RUN,
      task: aCodingTask({
        issueKey: 'PROJ-12',
        id: 'coding~PROJ-12~1',
        requestedBy: { service: 'jira', id: 'ada', name: 'Ada Lovelace' },
      }),
      stages: [
        ['cloned', { branch: 'agent/PROJ-12' }],
        ['agent-started'],
        ['agent-finished'],
        ['checked', { checks: 1 }],
      ],
      changes: [
        BEGUN,
        {
          state: 'failed',
          notified: true,
          code: 'push-rejected',
          detail: 'The hook of the repository says: commit messages need a ticket <PROJ-n>.',
          facts: { usage: USAGE, cost: COST, model: 'gpt-5', mapGeneration: 3 },
        },
      ],
    },
    {
      runId: DONE_RUN,
      task: aCodingTask({ issueKey: 'PROJ-9', id: 'coding~PROJ-9~1' }),
      stages: [
        ['cloned', { branch: 'agent/PROJ-9' }],
        ['agent-started'],
        ['agent-finished'],
        ['checked', { checks: 3, files: 2, changed: 'src/greet.ts, test/greet.test.ts' }],
        ['pushed', { sha: 'c0ffee' }],
        ['merge-request-open', { iid: 8, created: true }],
        ['reported'],
      ],
      changes: [
        BEGUN,
        {
          facts: { usage: USAGE, cost: COST, model: 'gpt-5', mapGeneration: 3 },
          state: 'done',
          notified: true,
          result: {
            what: 'merge-request',
            mergeRequestIid: 8,
            mergeRequestUrl: `${url}/8`,
            commitSha: 'c0ffee0123',
            branch: 'agent/PROJ-9',
            summary: 'Greets people by name, and keeps the old greeting.',
            plan: '1. Read greet()\n2. Add a parameter\n3. Test both',
            usage: USAGE,
          },
        },
      ],
    },
    {
      runId: 'run-0b5000000001',
      task: aCodingTask({ issueKey: 'OPS-4', jiraProject: 'OPS', id: 'coding~OPS-4~1' }),
      changes: [{ state: 'parked', parkedUntil: clock.time + 90 * MINUTE, parkedReason: 'budget' }],
    },
    {
      runId: 'run-0a5000000001',
      task: aReplyTask({ id: 'reply~7~3~99' }),
      changes: [BEGUN, { state: 'superseded', notified: true, detail: 'newer head' }],
    },
    {
      runId: RUNNING_RUN,
      task: aCodingTask({ issueKey: 'PROJ-14', id: 'coding~PROJ-14~1' }),
      stages: [['cloned', { branch: 'agent/PROJ-14' }], ['agent-started']],
      changes: [BEGUN],
    },
    {
      runId: 'run-0c0de0000001',
      task: aCodingTask({ issueKey: 'PROJ-15', id: 'coding~PROJ-15~1' }),
      changes: [{ state: 'queued' }],
    },
  ];
  for (const run of stored) await storeRun(storage, clock, run);
  await storage.artefacts.create(`transcripts/${FAILED_RUN}/1-1767000000000.jsonl`, TRANSCRIPT);
}

const TRANSCRIPT = [
  {
    type: 'prompt',
    instructions: 'You work in a repository.',
    prompt: 'Implement PROJ-12: greet people by name.\n\n<script>window.attacked = 1</script>',
  },
  { type: 'message', text: 'I read the code first.' },
  { type: 'tool-call', id: 'c1', tool: 'view', arguments: { path: 'greet.mjs' } },
  { type: 'tool-result', id: 'c1', success: true, text: 'export const greet = () => "Hello!";\n'.repeat(12) },
  { type: 'usage', inputTokens: 1200, outputTokens: 90 },
  { type: 'tool-call', id: 'c2', tool: 'bash', arguments: { command: 'node --test' } },
  { type: 'tool-result', id: 'c2', success: false, text: 'not ok 1 - greets Ada' },
  { type: 'message', text: 'The greeting takes a name now, and the tests pass.' },
  { type: 'ending', kind: 'finished', resultAccepted: true },
]
  .map(
    (entry, index) =>
      `${JSON.stringify({ at: new Date(Date.UTC(2026, 10, 20, 9, 0, index * 7)).toISOString(), ...entry })}\n`,
  )
  .join('');

/** What stands beside the runs: a poisoned and a waiting message, a claim, skips and pollers. */
export async function storeOrdinaryState(storage: Storage, clock: SteppedClock): Promise<void> {
  const { queue, scopes, skipLog, pollers } = storage;
  await queue.enqueue(aCodingTask({ issueKey: 'PROJ-12', id: 'coding~PROJ-12~1' }), { runId: FAILED_RUN });
  const lease = await queue.lease({ visibilityTimeoutSeconds: 60 });
  if (lease) await queue.moveToPoison(lease, 'push-rejected');
  await queue.enqueue(aCodingTask({ issueKey: 'PROJ-15', id: 'coding~PROJ-15~1' }), { runId: 'run-0c0de0000001' });
  await scopes.take({ scope: 'issue~PROJ-14', runId: RUNNING_RUN, holder: 'runner-7f3a', leaseMs: 90 * MINUTE });
  await skipLog.record('issue~PROJ-20', 'not-triggered', 'its status is "To Do"');
  await skipLog.record('jira~OPS', 'search-refused');
  await pollers.put('poll-jira', { failures: 0, lastSuccessAt: clock.time });
  await pollers.put('poll-gitlab', { failures: 3, code: 'gitlab-unavailable', refused: ['group/old'] });
}

/** An archive with one audit of a release. */
export function anAuditArchive(summary: object, archivedAt: number): AuditArchive {
  return only<AuditArchive>({
    list: async () => [{ fixVersion: '2.4.0', auditId: 'run-a0d170000001', archivedAt }],
    find: async () => JSON.stringify(summary),
    link: async (_place, name) => ({ url: `https://storage.example.com/audits/${name}`, expires: true }),
  });
}

import type { Bindings } from '../../../shared/domain/mapping/bindings.ts';
import type { GitLab } from '../../../shared/domain/ports/gitlab.ts';
import type { Jira } from '../../../shared/domain/ports/jira.ts';
import type { Outbox } from '../../../shared/domain/ports/outbox.ts';
import type { KeptBranchEntry } from '../../../shared/domain/runs/outbox-entry.ts';
import type { Run, RunEvent } from '../../../shared/domain/runs/run.ts';
import type { ModelPrices } from '../../../shared/domain/runs/run-cost.ts';
import type { RunnerImages } from '../../../shared/domain/runs/runner-image.ts';
import type { Task } from '../../../shared/domain/runs/task.ts';
import type { Clock } from '../../../shared/kernel/clock.ts';
import type { Log } from '../../../shared/kernel/log.ts';
import type { Secret } from '../../../shared/kernel/secret.ts';
import type { Registry } from '../../../shared/services/projects/create-registry.ts';
import type { RunAgent } from '../../agent/agent.ts';
import type { Isolation } from '../../agent/isolation.ts';
import type { CommitAuthor } from '../../git/commit-changes.ts';
import type { Git } from '../../git/git.ts';
import type { Removals } from '../../workspace/removals.ts';
import type { AuditTools } from './audit-tools.ts';
import type { RunFiles } from './run-files.ts';
import type { RunLimits } from './run-limits.ts';

/** What every kind of run works with. Made once per process by the composition root. */
export interface RunnerDeps {
  /** The map as this process has it now; a run uses one view from its beginning to its end. */
  mapping: () => Promise<{ bindings: Bindings; registry: Registry; generation?: number }>;
  /** Absent where it is not configured. */
  jira?: Jira;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  /** The token itself, spent only on git's own transport. */
  credentialFor: (credentialRef: string) => Promise<Secret>;
  /** A secret of the environment of `validate`. */
  validateSecretFor: (secretRef: string) => Promise<Secret>;
  /** A private SSH key that signs commits. */
  signingKeyFor: (keyRef: string) => Promise<Secret>;
  git: Omit<Git, 'homeDirectory' | 'signingKey'>;
  runAgent: RunAgent;
  /** What all sessions of the run may use together, where a budget has promised it so much. */
  promisedTokens?: number;
  isolation: Isolation;
  /** Of the workspaces of ended runs. */
  removals: Removals;
  /** Keeps transcripts; what it stores is redacted. */
  saveTranscript: (run: Run, text: string) => Promise<void>;
  /** Absent where transcripts are not kept: then nothing else of a run is. */
  files?: RunFiles;
  /** Masks credentials in what is handed to the model besides what it reads itself. */
  redact: (text: string) => string;
  /**
   * Masks credentials in what people will read: before it is cut, because half of one has no shape any more, and before
   * it is committed.
   */
  maskWritten: (text: string) => string;
  /** What other runs of the same scope left, newest first: of the newest twenty, unless said. */
  listEarlierRuns: (run: Pick<Run, 'runId'> & { task: Pick<Task, 'scope'> }, limit?: number) => Promise<Run[]>;
  /** All runs of a scope created at or after a time in milliseconds, newest first, read one by one. */
  listRunsSince: (scope: string, since: number) => AsyncIterable<Run>;
  /** What has happened in a run, of this one or an earlier one. @throws {TaskError} `storage-unavailable` */
  listRunEvents: (runId: string) => Promise<RunEvent[]>;
  /** What is to come of a run that has ended. */
  outbox: Pick<Outbox, 'enqueue'>;
  /** Has another run made of a task, once. Absent where no run follows another. @throws {TaskError} `storage-*` */
  admit?: (task: Task) => Promise<{ runId: string }>;
  /** Has a branch of refused work taken away when its ticket ends. Absent where none is pushed. */
  followKeptBranch?: (branch: Omit<KeptBranchEntry, 'kind'>) => Promise<void>;
  /** Absent: everything may begin at once. */
  limits?: RunLimits;
  /** Absent: there is the default image only. */
  images?: ImagePlace;
  /** Absent where Jira is not configured. */
  audit?: AuditTools;
  settings: RunnerRules;
  clock: Clock;
  log: Log;
}

/** Which image this runner is, among those of the deployment. */
export interface ImagePlace {
  /** Absent is the default one. */
  own?: string;
  all: RunnerImages;
}

export interface RunnerRules {
  agentId: string;
  author: CommitAuthor;
  workspaceRoot: string;
  /** The model of the deployment, where one is named. */
  model?: string;
  /** Absent where no price is known. */
  prices?: ModelPrices;
  /** What the agent's shells and `validate` are given besides their own directories: `PATH` and the way out. */
  agentEnvironment: Readonly<Record<string, string>>;
  /** Longest session, also where the budget of the binding is larger. */
  wallClockMs: number;
  /** No model byte and no step for this long ends the session. */
  inactivityMs: number;
  validateTimeoutMs: number;
}

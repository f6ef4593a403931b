import type { RunResult, Usage } from './outcome.ts';
import type { RunCost } from './run-cost.ts';
import type { ShadowMode } from './shadow-mode.ts';
import type { Task } from './task.ts';

/**
 * `planned -> queued -> running -> done | failed | superseded | cancelled`, with `parked` reachable from queued and
 * running.
 */
export type RunState = 'planned' | 'queued' | 'running' | 'parked' | 'done' | 'failed' | 'superseded' | 'cancelled';

/**
 * Stages inside `running`, appended as events in this order; `retried` only where jobs of a failed pipeline were
 * started once more; `made-ready` only where a merge request was taken out of draft; `pushing` names the commit before
 * it can be seen; `rebased` and `conflict` only when people pushed meanwhile; `repair` each time a refused change goes
 * back to the agent, after which `agent-finished` comes again; `criteria` after it where the ticket has acceptance
 * criteria, and `findings` where it was about those of the agent's own review. Before `cloned` stands `planning` where
 * the run makes a plan, and `plan-approved` where it carries out one that a person has approved; `plan-made` when the
 * plan is there. `allowed` where a person lets refused files pass in it; `refused` where its work was refused to its
 * end, after it is kept.
 */
export type RunStage =
  | 'planning'
  | 'plan-approved'
  | 'plan-made'
  | 'allowed'
  | 'retried'
  | 'made-ready'
  | 'cloned'
  | 'agent-started'
  | 'agent-finished'
  | 'criteria'
  | 'findings'
  | 'rebased'
  | 'conflict'
  | 'repair'
  | 'checked'
  | 'refused'
  | 'pushing'
  | 'pushed'
  | 'merge-request-open'
  | 'reported';

/** One task's life in the ledger. A run in a final state never changes again. */
export interface Run {
  runId: string;
  task: Task;
  state: RunState;
  /** Times it has been begun; the first is 1. */
  attempt: number;
  /** Times a runner was asked to stop in the middle; these deliveries are no attempts. Absent means never. */
  interruptions?: number;
  /** Who holds it while running: the agent id and the epoch of the scope lock. */
  runner?: string;
  createdAt: number;
  updatedAt: number;
  /** Set while parked. */
  parkedUntil?: number;
  parkedReason?: string;
  /** What it worked with; absent for runs of earlier versions, and until an attempt has ended. */
  facts?: RunFacts;
  /** Set when final. */
  result?: RunResult;
  code?: string;
  detail?: string;
  /**
   * Whether the person who is waiting has been notified of the end. The sweeper notifies where a dead runner could not.
   */
  notified: boolean;
}

/** What a run worked with, for people who look at it later. Who asked stands in its task. */
export interface RunFacts {
  /** The deployment that did it: its AGENT_ID. */
  agentId?: string;
  /** The model that was asked, where one is named. */
  model?: string;
  /** The labels that have a model of their own in the map, in its order: the first chose the model. */
  modelLabels?: string[];
  /** Of the project map. */
  mapGeneration?: number;
  /** Where the run was one in shadow; absent for all others. */
  mode?: ShadowMode;
  /** The commit the session began from. */
  baseSha?: string;
  /** The branch on which its refused work was kept; absent for all others. */
  keptBranch?: KeptBranch;
  /** What a person let pass in it; absent for all others. */
  allowed?: AllowedFacts;
  /** Of the ticket, or of the merge request, as the last attempt saw them. */
  labels?: string[];
  /** SHA-256 of instructions and prompt of the last session. */
  promptHash?: string;
  /** Of all sessions of all attempts, failed ones included. */
  usage?: Usage;
  /** What these sessions cost, where the deployment knows prices. */
  cost?: RunCost;
}

/** Files that a person let pass, and who did. */
export interface AllowedFacts {
  /** As they are called where they said so. */
  by: string;
  /** As GitLab knows them. */
  maintainer: string;
  files: { path: string; rule: string }[];
}

/** A branch beside that of a ticket, which no merge request is opened for. */
export interface KeptBranch {
  projectId: number;
  name: string;
  /** What was pushed there. Another commit is the work of people. */
  sha: string;
}

export interface RunEvent {
  runId: string;
  at: number;
  /** A `RunStage`, a state, or another fixed word such as `agent-step`. */
  name: string;
  fields?: Record<string, string | number | boolean>;
}

const FINAL: ReadonlySet<RunState> = new Set(['done', 'failed', 'superseded', 'cancelled']);

/** Whether a run at work has been begun before. An attempt that was interrupted does not count, but it has begun. */
export function hasBegunBefore({ attempt, interruptions = 0 }: Pick<Run, 'attempt' | 'interruptions'>): boolean {
  return attempt > 1 || interruptions > 0;
}

export function isFinal(state: RunState): boolean {
  return FINAL.has(state);
}

import { isFinal, type Run, type RunEvent, type RunStage } from './run.ts';

/** How far a run is. */
export interface RunProgress {
  /** 0 to 1: the share of its checkpoints that are reached. A run that is over keeps what it had reached. */
  progress: number;
  /** The checkpoint it works towards; absent when it is over. */
  next?: RunStage;
}

const CODING: readonly RunStage[] = [
  'cloned',
  'agent-started',
  'agent-finished',
  'checked',
  'pushing',
  'pushed',
  'merge-request-open',
  'reported',
];
/** A review, or an answer in a thread, which may push and mostly does not. */
const CONVERSATION: readonly RunStage[] = ['cloned', 'agent-started', 'agent-finished', 'reported'];

/**
 * Measures a run by the checkpoints of its kind, from its events of the last attempt: a run that begins again clones
 * again. `undefined` for kinds without any. What the agent will find out cannot be known, so this is no time.
 */
export function measureProgress(
  { state, task }: Pick<Run, 'state' | 'task'>,
  events: readonly Pick<RunEvent, 'name'>[],
): RunProgress | undefined {
  const checkpoints = task.kind === 'coding' ? CODING : CONVERSATION;
  if (task.kind === 'audit' || task.kind === 'echo') return undefined;
  if (state === 'done') return { progress: 1 };
  const begun = events.findLastIndex(({ name }) => name === 'running');
  const names = new Set(events.slice(Math.max(0, begun)).map(({ name }) => name));
  const reached = checkpoints.findLastIndex((checkpoint) => names.has(checkpoint)) + 1;
  const next = checkpoints[reached];
  return { progress: reached / checkpoints.length, ...(isFinal(state) || next === undefined ? {} : { next }) };
}

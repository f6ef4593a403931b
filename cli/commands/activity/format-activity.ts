import type { RunEvent } from '../../../shared/domain/runs/run.ts';
import { toIso } from '../../../shared/kernel/to-iso.ts';
import { formatEventFields } from '../../output/format-event.ts';
import { formatTask, type ProjectPaths } from '../../output/format-task.ts';
import { formatTime } from '../../output/format-time.ts';
import type { Activity } from './read-activity.ts';

/** One event on one line: when, which run, about what, what. */
export function formatActivity({ at, runId, task, name, fields = {} }: Activity, paths: ProjectPaths): string {
  return `${formatTime(at)}  ${runId}  ${formatTask(task, paths)}  ${name}${formatEventFields(fields)}`;
}

/** For scripts. */
export function activityToJson({ at, runId, task, name, fields }: Activity) {
  const { kind, scope } = task;
  return { at: toIso(at), runId, kind, scope, name, ...(fields ? { fields } : {}) };
}

/** What the agent does step by step; a text for people leaves it out. */
export function isStep({ name }: Pick<RunEvent, 'name'>): boolean {
  return name === 'agent-step';
}

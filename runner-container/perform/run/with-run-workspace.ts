import { type Workspace, withWorkspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** `withWorkspace` among the workspaces of this runner. */
export function withRunWorkspace<T>(
  { settings, clock, removals }: Pick<RunnerDeps, 'settings' | 'clock' | 'removals'>,
  work: (workspace: Workspace, releaseWorkspace: () => void) => Promise<T>,
): Promise<T> {
  return withWorkspace({ root: settings.workspaceRoot, clock, removals, pid: process.pid }, work);
}

import { type Workspace, withWorkspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** `withWorkspace` among the workspaces of this runner. */
export function withRunWorkspace<T>(
  { settings, clock }: Pick<RunnerDeps, 'settings' | 'clock'>,
  work: (workspace: Workspace, releaseWorkspace: () => void) => Promise<T>,
): Promise<T> {
  return withWorkspace({ root: settings.workspaceRoot, clock, pid: process.pid }, work);
}

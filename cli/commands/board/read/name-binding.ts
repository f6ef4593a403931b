import { bindingName } from '../../../../shared/domain/mapping/binding-key.ts';
import { createBindings } from '../../../../shared/domain/mapping/bindings.ts';
import type { Task } from '../../../../shared/domain/runs/task.ts';
import type { Board } from './board.ts';

/** Reads what is needed to say to which binding a task belongs: its Jira project, or the best name that is known. */
export async function createBindingNames(board: Pick<Board, 'map' | 'projects'>): Promise<(task: Task) => string> {
  const [{ bindings = [] }, projects] = await Promise.all([board.map(), board.projects()]);
  const { byRepo } = createBindings(bindings);
  return (task) => {
    switch (task.kind) {
      case 'coding':
        return task.jiraProject;
      case 'review':
      case 'reply':
      case 'update': {
        const path = projects.get(task.projectId)?.path;
        const binding = path === undefined ? undefined : byRepo(path);
        return binding ? bindingName(binding) : (path ?? `GitLab project ${task.projectId}`);
      }
      case 'audit':
        return 'audits';
      case 'echo':
        return 'echo';
    }
  };
}

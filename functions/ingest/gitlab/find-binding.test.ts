import { expect, it } from 'vitest';

import { createBindings } from '../../../shared/domain/mapping/bindings.ts';
import type { Registry } from '../../../shared/services/projects/create-registry.ts';
import type { BindingStatus } from '../../../shared/services/projects/registry-entry.ts';
import { aBinding } from '../../../test/builders/bindings.ts';
import { only } from '../../../test/doubles/only.ts';
import { findBinding } from './find-binding.ts';

const projects = ['PROJ', 'OPS'] as const;
type State = { state: BindingStatus['state']; projectId?: number };

/** Which binding speaks for project 7, and which projects had to be looked up for that. */
async function speakerOf7(states: Record<(typeof projects)[number], State>) {
  const list = projects.map((jiraProject) => aBinding({ jira_project: jiraProject }));
  const lookedUp: number[] = [];
  const registry = only<Registry>({
    status: () =>
      list.map(({ route: _, ...binding }) => ({ ...binding, ...states[binding.jiraProject as 'PROJ' | 'OPS'] })),
    async byProjectId(projectId) {
      lookedUp.push(projectId);
      const [first] = list;
      const project = { projectId, cloneUrl: '', webUrl: '' };
      return first && projectId === 7 ? { state: 'ready', binding: first, project } : undefined;
    },
  });
  const binding = await findBinding({ bindings: createBindings(list), registry, generation: 0 }, { projectId: 7 });
  return { speaker: binding?.jiraProject, lookedUp };
}

it.each<{ name: string; PROJ: State; OPS: State; speaker: string; lookedUp: number[] }>([
  {
    name: 'the first of those that are ready',
    PROJ: { state: 'ready', projectId: 7 },
    OPS: { state: 'ready', projectId: 7 },
    speaker: 'PROJ',
    lookedUp: [],
  },
  {
    name: 'the one of this project',
    PROJ: { state: 'ready', projectId: 8 },
    OPS: { state: 'ready', projectId: 7 },
    speaker: 'OPS',
    lookedUp: [],
  },
  {
    name: 'one that is ready, without a request for one in quarantine',
    PROJ: { state: 'quarantined', projectId: 7 },
    OPS: { state: 'ready', projectId: 7 },
    speaker: 'OPS',
    lookedUp: [],
  },
  {
    name: 'looked up while an earlier line may still turn out to be the one',
    PROJ: { state: 'pending' },
    OPS: { state: 'ready', projectId: 7 },
    speaker: 'PROJ',
    lookedUp: [7],
  },
  {
    name: 'looked up when none is known to have it',
    PROJ: { state: 'quarantined' },
    OPS: { state: 'ready', projectId: 8 },
    speaker: 'PROJ',
    lookedUp: [7],
  },
])('the binding that speaks for a project is $name', async ({ PROJ, OPS, speaker, lookedUp }) => {
  expect(await speakerOf7({ PROJ, OPS })).toEqual({ speaker, lookedUp });
});

it('is none for a project of no binding', async () => {
  const registry = only<Registry>({ status: () => [], byProjectId: async () => undefined });
  expect(
    await findBinding({ bindings: createBindings([]), registry, generation: 0 }, { projectId: 7 }),
  ).toBeUndefined();
});

it('is looked up by the path that a delivery names, so that no other repository is waited for', async () => {
  const asked: unknown[] = [];
  const registry = only<Registry>({
    status: () => [],
    async byProjectId(...project) {
      asked.push(project);
      return undefined;
    },
  });
  const view = { bindings: createBindings([]), registry, generation: 0 };
  await findBinding(view, { projectId: 7, projectPath: 'group/app' });
  await findBinding(view, { projectId: 7 });
  expect(asked).toEqual([
    [7, 'group/app'],
    [7, undefined],
  ]);
});

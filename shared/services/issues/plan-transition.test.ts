import { expect, it } from 'vitest';

import type { Transition } from '../../domain/ports/jira.ts';
import { planTransition } from './plan-transition.ts';

const start: Transition = { id: '11', name: 'Start work', to: { id: '3', name: 'In Progress' } };
const asking: Transition = { ...start, id: '12', name: 'Start with estimate', requiredFields: ['Estimate'] };
const finish: Transition = { id: '21', name: 'Done', to: { id: '9', name: 'Closed' } };
const misleading: Transition = { id: '31', name: 'In Progress', to: { id: '4', name: 'Waiting' } };

it.each<{ name: string; transitions?: Transition[]; target: string; current?: string; plan: object }>([
  { name: 'does nothing when already there', target: 'to do ', plan: { action: 'none' } },
  {
    name: 'matches the status a transition leads to',
    target: 'In Progress',
    plan: { action: 'transition', transitions: [start] },
  },
  {
    name: 'prefers that to a transition of this name',
    transitions: [misleading, start],
    target: 'In Progress',
    plan: { action: 'transition', transitions: [start] },
  },
  {
    name: 'takes what asks for no fields first, of several that lead there',
    transitions: [asking, start],
    target: 'In Progress',
    plan: { action: 'transition', transitions: [start, asking] },
  },
  {
    name: 'falls back to the name of the transition',
    target: 'Done',
    plan: { action: 'transition', transitions: [finish] },
  },
  {
    name: 'ignores case and outer spaces',
    target: ' IN PROGRESS',
    plan: { action: 'transition', transitions: [start] },
  },
  {
    name: 'says what exists when nothing matches',
    target: 'In Review',
    plan: { action: 'unavailable', available: ['In Progress (by "Start work")', 'Closed (by "Done")'] },
  },
  {
    name: 'says so when there is nothing at all',
    transitions: [],
    target: 'Done',
    plan: { action: 'unavailable', available: [] },
  },
])('$name', ({ transitions = [start, finish], target, current = 'To Do', plan }) => {
  expect(planTransition(transitions, target, current)).toEqual(plan);
});

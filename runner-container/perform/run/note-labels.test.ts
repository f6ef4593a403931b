import { expect, it } from 'vitest';
import { resolveBinding } from '../../../shared/domain/mapping/source/resolve-binding.ts';
import { aRunContext } from '../../../test/builders/run-context.ts';
import { aCodingTask } from '../../../test/builders/tasks.ts';
import { noteLabels } from './note-labels.ts';

const source = { jira_project: 'PROJ', repo: 'group/app' };
const binding = resolveBinding({ ...source, models_by_label: { deep: 'gpt-5.1', quick: 'gpt-5-nano' } });

it('gives the run the model of the first label of the map and keeps all that have one', () => {
  const context = aRunContext(aCodingTask());
  expect(noteLabels(binding, ['quick', 'ui', 'deep'], context).model?.coding).toBe('gpt-5.1');
  expect(context.listFacts()).toEqual({ labels: ['quick', 'ui', 'deep'], modelLabels: ['deep', 'quick'] });
});

it('keeps of a later attempt that the label is gone', () => {
  const context = aRunContext(aCodingTask());
  noteLabels(binding, ['deep'], context);
  expect(noteLabels(binding, ['ui'], context)).toBe(binding);
  expect(context.listFacts()).toEqual({ labels: ['ui'], modelLabels: [] });
});

it('keeps the labels alone where the map has no models for labels', () => {
  const context = aRunContext(aCodingTask());
  const plain = resolveBinding(source);
  expect(noteLabels(plain, ['deep'], context)).toBe(plain);
  expect(context.listFacts()).toEqual({ labels: ['deep'] });
});

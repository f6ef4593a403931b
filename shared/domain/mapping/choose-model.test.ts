import { expect, it } from 'vitest';
import { findLabelledModels, withLabelledModel } from './choose-model.ts';
import { resolveBinding } from './source/resolve-binding.ts';

const source = { jira_project: 'PROJ', repo: 'group/app', model: { coding: 'gpt-5', reply: 'gpt-5-mini' } };
const binding = resolveBinding({ ...source, models_by_label: { deep: 'gpt-5.1', quick: 'gpt-5-nano' } });

it.each([
  { name: 'of a label', labels: ['ui', 'Quick'], model: 'gpt-5-nano' },
  { name: 'of the first one in the map, in any order of the labels', labels: ['quick', 'deep'], model: 'gpt-5.1' },
])('all work gets the model $name', ({ labels, model }) => {
  expect(withLabelledModel(binding, labels).model).toEqual({ coding: model, review: model, reply: model });
});

it('leaves the models of the binding where no label has one', () => {
  expect(withLabelledModel(binding, ['deeper'])).toBe(binding);
  expect(withLabelledModel(resolveBinding(source), ['deep']).model).toEqual({ coding: 'gpt-5', reply: 'gpt-5-mini' });
});

it('names every label that has a model', () => {
  expect(findLabelledModels(binding, ['quick', 'x', 'deep']).map(({ label }) => label)).toEqual(['deep', 'quick']);
});

it('counts those of a binding in place of those of the defaults', () => {
  const defaults = { models_by_label: { deep: 'gpt-5.1' } };
  expect(resolveBinding(source, defaults).modelsByLabel).toEqual([{ label: 'deep', model: 'gpt-5.1' }]);
  expect(resolveBinding({ ...source, models_by_label: null }, defaults)).not.toHaveProperty('modelsByLabel');
});

import { expect, it } from 'vitest';
import { describeLabelledModel } from './describe-model.ts';

it.each([
  { facts: { model: 'gpt-5' }, said: undefined },
  { facts: { model: 'gpt-5', modelLabels: [] }, said: undefined },
  { facts: { modelLabels: ['deep'] }, said: 'no model yet, by the label deep' },
  {
    facts: { model: 'gpt-5.1', modelLabels: ['deep', 'quick'] },
    said: 'gpt-5.1, by the label deep; quick would have another one and comes later in the map',
  },
])('says $said', ({ facts, said }) => {
  expect(describeLabelledModel(facts)).toBe(said);
});

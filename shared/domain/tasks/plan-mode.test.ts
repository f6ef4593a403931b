import { expect, it } from 'vitest';

import { aBinding } from '../../../test/builders/bindings.ts';
import { planModeOf } from './plan-mode.ts';

it.each([
  { name: 'the binding says nothing', source: {}, labels: ['ai-plan'], mode: 'off' },
  { name: 'the binding asks', source: { plan: 'ask' }, labels: [], mode: 'ask' },
  { name: 'the binding shows', source: { plan: 'show', plan_label: 'ai-plan' }, labels: ['x'], mode: 'show' },
  {
    name: 'the label asks for more',
    source: { plan: 'show', plan_label: 'ai-plan' },
    labels: ['AI-Plan'],
    mode: 'ask',
  },
  { name: 'the label asks alone', source: { plan_label: 'ai-plan' }, labels: ['ai-plan'], mode: 'ask' },
  { name: 'the label is missing', source: { plan_label: 'ai-plan' }, labels: ['ai'], mode: 'off' },
  {
    name: 'the label is the trigger, and was taken off when work began',
    source: { trigger: { label: 'ai-plan' }, plan_label: 'AI-plan' },
    labels: [],
    mode: 'ask',
  },
  {
    name: 'the label asks for more in shadow, where nothing waits',
    source: { mode: 'shadow', plan_label: 'ai-plan' },
    labels: ['ai-plan'],
    mode: 'show',
  },
] as const)('is $mode where $name', ({ source, labels, mode }) => {
  expect(planModeOf({ labels }, aBinding(source))).toBe(mode);
});

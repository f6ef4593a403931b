import { expect, it } from 'vitest';

import { findStoredPlan, MAX_PLAN_LENGTH, toPlanFields, withoutPlan } from './plan-event.ts';

const event = (text: string) => ({ name: 'plan-made', fields: toPlanFields({ text, digest: 'd' }) });

it.each([
  { name: 'a short plan', text: 'Greets by name.' },
  { name: 'the longest one', text: 'x'.repeat(MAX_PLAN_LENGTH) },
  { name: 'one whose characters stand across two parts', text: `${'x'.repeat(999)}👍${'y'.repeat(999)}👍` },
])('puts $name together as it was, from parts that an event keeps', ({ text }) => {
  const { fields } = event(text);
  for (const part of Object.values(fields)) expect(part.length).toBeLessThanOrEqual(1000);
  expect(findStoredPlan([{ name: 'cloned' }, event('an older one'), { name: 'plan-made', fields }])).toEqual({
    text,
    digest: 'd',
  });
});

it('finds none where none was made', () => {
  expect(findStoredPlan([{ name: 'cloned' }, { name: 'plan-made', fields: { truncated: true } }])).toBeUndefined();
});

it('leaves the parts out where the plan stands as a whole', () => {
  expect(withoutPlan({ ...event('Greets.').fields, plan: 'run-1' })).toEqual({ digest: 'd', plan: 'run-1' });
});

import { expect, it } from 'vitest';

import { HOUR, MINUTE } from '../../kernel/clock.ts';
import type { JiraBinding } from '../mapping/binding.ts';
import { findForeignMarker } from './issue-marker.ts';
import { planCoding } from './plan-coding.ts';

const now = Date.UTC(2026, 0, 5, 9);
const foreign = { run: 'run-1', agentId: 'other', expiresAt: now + MINUTE };

it.each<{ name: string; value: unknown; holds: boolean }>([
  { name: 'of another deployment holds until it expires', value: foreign, holds: true },
  { name: 'holds no longer at its expiry', value: { ...foreign, expiresAt: now }, holds: false },
  { name: 'of our own does not hold us up', value: { ...foreign, agentId: 'us' }, holds: false },
  { name: 'of an hour holds', value: { ...foreign, expiresAt: now + HOUR }, holds: true },
  { name: 'of more than an hour is none', value: { ...foreign, expiresAt: now + HOUR + 1 }, holds: false },
  { name: 'without an end is none', value: { run: 'run-1', agentId: 'other' }, holds: false },
  { name: 'with an end in words is none', value: { ...foreign, expiresAt: 'tomorrow' }, holds: false },
  { name: 'that is a text is none', value: 'mine', holds: false },
  { name: 'that is null is none', value: null, holds: false },
  { name: 'that is not there is none', value: undefined, holds: false },
])('a marker $name', ({ value, holds }) => {
  expect(findForeignMarker(value, 'us', now)).toEqual(holds ? value : undefined);
});

it('keeps an issue from being planned, and says who has it', () => {
  const binding = {
    mode: 'live',
    jiraProject: 'PROJ',
    credentialRef: 'default',
    trigger: { kind: 'status', status: 'AI Ready' },
  } as JiraBinding; // planning reads only these
  const issue = {
    key: 'PROJ-1',
    projectKey: 'PROJ',
    status: { name: 'AI Ready' },
    labels: [],
    blockedBy: [],
    revision: '1',
    marker: foreign,
  };
  const plan = planCoding(issue, binding, undefined, { agentId: 'us', now });
  expect(plan).toEqual({ action: 'skip', reason: 'claimed-elsewhere', waitsFor: ['other'] });
  expect(planCoding(issue, binding, undefined, { agentId: 'us', now: now + MINUTE })).toMatchObject({
    action: 'enqueue',
  });
  // What is done in shadow is in the way of no other deployment.
  const shadowed = { ...binding, mode: 'shadow' as const };
  expect(planCoding(issue, shadowed, undefined, { agentId: 'us', now: now })).toMatchObject({ action: 'enqueue' });
});

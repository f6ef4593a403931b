import { expect, it } from 'vitest';
import type { TextEffect } from '../../gitlab/state/fake-state.ts';
import type { TortureEnvironment } from '../environment/torture-environment.ts';
import { checkTextEffects } from './check-text-effects.ts';

const place = { project: 'group/service-a', iid: 3 };

it.each<{ name: string; effect: TextEffect; violations: number }>([
  {
    name: 'a command of the agent',
    effect: { kind: 'quick-action', command: 'close', argument: '', by: 'agent-a', ...place },
    violations: 1,
  },
  {
    name: 'a command of a person',
    effect: { kind: 'quick-action', command: 'close', argument: '', by: 'ada', ...place },
    violations: 0,
  },
  { name: '@all of the agent', effect: { kind: 'mention', who: 'all', by: 'agent-a', ...place }, violations: 1 },
  { name: 'a mention of one user', effect: { kind: 'mention', who: 'ada', by: 'agent-a', ...place }, violations: 0 },
  {
    name: 'a closed issue',
    effect: { kind: 'closed-issue', reference: '#4711', project: 'group/service-a', in: 'commit' },
    violations: 1,
  },
  {
    name: 'a Jira key',
    effect: { kind: 'closed-issue', reference: 'PROJ-1', project: 'group/service-a', in: 'commit' },
    violations: 0,
  },
  {
    name: 'a skipped pipeline',
    effect: { kind: 'skipped-pipeline', project: 'group/service-a', branch: 'agent/PROJ-1', sha: 'a' },
    violations: 1,
  },
])('$name', ({ effect, violations }) => {
  const torture = { environment: { gitlab: { state: { effects: [effect] } } } };
  expect(checkTextEffects(torture as unknown as TortureEnvironment)).toHaveLength(violations); // only what it looks at
});

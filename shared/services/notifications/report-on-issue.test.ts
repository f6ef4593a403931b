import { expect, it } from 'vitest';
import { findAsker } from './report-on-issue.ts';

const ADA = { id: 'ada', name: 'Ada' };
const RULE = { service: 'jira', id: 'rule', name: 'Automation for Jira' } as const;

it.each([
  { name: 'a person', requestedBy: { service: 'jira' as const, ...ADA }, mentioned: { accountId: 'ada', name: 'Ada' } },
  {
    name: 'a rule for a person',
    requestedBy: { ...RULE, app: { for: ADA } },
    mentioned: { accountId: 'ada', name: 'Ada' },
  },
  { name: 'a rule for no person', requestedBy: { ...RULE, app: {} }, mentioned: undefined },
  { name: 'a person on GitLab', requestedBy: { service: 'gitlab' as const, ...ADA }, mentioned: undefined },
])('mentions the person behind a request, and never an app: $name', ({ requestedBy, mentioned }) => {
  expect(findAsker({ requestedBy })).toEqual(mentioned);
});

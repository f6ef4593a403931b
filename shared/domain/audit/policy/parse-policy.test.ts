import { expect, it } from 'vitest';
import { parsePolicy } from './parse-policy.ts';

const WAIVER = 'rule: mr-unapproved, match: "group/app!1", reason: On the phone, by: Ada';

it('takes a version that looks like a number as it stands there', () => {
  const parsed = parsePolicy(
    'freeze: { 2.10: 2026-11-20T12:00:00Z, 2.4: 2026-11-21T12:00:00Z, 2.40: 2026-11-22T12:00:00Z }\n',
  );
  expect('policy' in parsed && Object.keys(parsed.policy.freeze)).toEqual(['2.10', '2.4', '2.40']);
});

it.each<[string, string, string]>([
  ['a misspelt block', 'approvals: {}\naprovals: {}\n', '2 aprovals: unknown field; known here: approvals,'],
  [
    'a misspelt field',
    'approvals:\n  required: 2\n  independant: true\n',
    '3 approvals.independant: unknown field; known here: required, independent, after_last_commit',
  ],
  [
    'a waiver without an end',
    `waivers:\n  - { ${WAIVER} }\n`,
    '2 waivers.0.until: is missing: a waiver needs the last day on which it counts, as in until: 2026-12-31',
  ],
  [
    'a waiver that ends on no day',
    `waivers:\n  - { ${WAIVER}, until: next year }\n`,
    '2 waivers.0.until: must be a day such as 2026-12-31',
  ],
  [
    'a misspelt field of a waiver',
    `waivers:\n  - rule: mr-unapproved\n    match: x\n    reason: y\n    by: z\n    till: 2026-12-31\n    until: 2026-12-31\n`,
    '6 waivers.0.till: unknown field; known here: rule, match, reason, by, until',
  ],
  ['a number in quotes', 'approvals: { required: "2" }', '1 approvals.required: must be a number'],
  [
    'a number that is too large',
    'approvals: { required: 11 }',
    '1 approvals.required: must be a whole number from 0 to 10',
  ],
  [
    'a bot that may do anything',
    'bots:\n  - { user: b, paths: ["**"], allow: [all] }',
    '2 bots.0.allow.0: must be one of no-ticket',
  ],
  ['no YAML', 'approvals: [', '1 : this is not YAML'],
  ['a list', '- approvals', '1 : must be a block'],
])('refuses %s with its line and one sentence', (_, text, expected) => {
  const parsed = parsePolicy(text);
  const [problem] = 'problems' in parsed ? parsed.problems : [];
  expect(`${problem?.line} ${problem?.path}: ${problem?.message}`).toContain(expected);
});

it('fills in what is not written', () => {
  expect(parsePolicy('approvals: { required: 2 }')).toMatchObject({
    policy: { approvals: { required: 2, independent: true }, agent_changes: { approvals: 2 }, waivers: [] },
  });
  expect(parsePolicy('')).toMatchObject({ policy: { approvals: { required: 1 } } });
});

import type * as z from 'zod';
import { AuditPolicy } from './audit-policy.ts';
import { BotPolicy } from './bot-policy.ts';
import { Waiver } from './waiver.ts';

/** A field of a policy by its place, and a sentence about it without its name. */
export interface DescribedIssue {
  path: (string | number)[];
  message: string;
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block',
  record: 'a block',
};

/** Says what is wrong with a field of a policy, and what to write. */
export function describePolicyIssue(issue: z.core.$ZodIssue, policy: unknown): DescribedIssue[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const known = knownAt(path.map(String)).join(', ');
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown field; known here: ${known}` }));
  }
  if (issue.code === 'invalid_value') return [{ path, message: `must be one of ${issue.values.join(', ')}` }];
  if (issue.code !== 'invalid_type') return [{ path, message: issue.message }];
  const isMissing = path.reduce<unknown>(step, policy) === undefined;
  const message = isMissing ? `is missing${exampleOf(path)}` : `must be ${KINDS[issue.expected] ?? issue.expected}`;
  return [{ path, message }];
}

function step(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function exampleOf(path: readonly (string | number)[]): string {
  if (path[0] !== 'waivers' || path.at(-1) !== 'until') return '';
  return ': a waiver needs the last day on which it counts, as in until: 2026-12-31';
}

function knownAt([block]: readonly string[]): string[] {
  if (block === 'waivers') return Object.keys(Waiver.shape);
  if (block === 'bots') return Object.keys(BotPolicy.shape);
  const group = block === undefined ? AuditPolicy.parse({}) : step(AuditPolicy.parse({}), block);
  return typeof group === 'object' && group !== null ? Object.keys(group) : [];
}

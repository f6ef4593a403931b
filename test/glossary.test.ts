import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

import type { Outcome } from '../shared/domain/runs/outcome.ts';
import { isFinal, type RunStage, type RunState } from '../shared/domain/runs/run.ts';
import { TASK_KINDS } from '../shared/domain/runs/task.ts';

const root = path.resolve(import.meta.dirname, '..');
const glossary = readFileSync(path.join(root, 'docs/glossary.md'), 'utf8');
const architecture = readFileSync(path.join(root, 'docs/architecture.md'), 'utf8').replaceAll(/\s+/g, ' ');

// As records, so that the compiler refuses a word that is missing here or is none any more.
const STAGES: Record<RunStage, true> = {
  planning: true,
  'plan-approved': true,
  'plan-made': true,
  allowed: true,
  retried: true,
  'made-ready': true,
  cloned: true,
  'agent-started': true,
  'agent-finished': true,
  criteria: true,
  findings: true,
  rebased: true,
  conflict: true,
  repair: true,
  checked: true,
  refused: true,
  pushing: true,
  pushed: true,
  'merge-request-open': true,
  reported: true,
};
const STATES: Record<RunState, true> = {
  planned: true,
  queued: true,
  running: true,
  parked: true,
  done: true,
  failed: true,
  superseded: true,
  cancelled: true,
};
const OUTCOMES: Record<Outcome['kind'], true> = {
  done: true,
  superseded: true,
  retry: true,
  wait: true,
  move: true,
  'give-up': true,
};
const namesOf = <Name extends string>(record: Record<Name, true>) => Object.keys(record) as Name[];

/** What the glossary says of a word. */
function meaningOf(word: string): string {
  return new RegExp(`^\\| \\*\\*${word}\\*\\* \\| (.*) \\|$`, 'm').exec(glossary)?.[1] ?? '';
}

it('has every kind of task', () => {
  const named = [...meaningOf('task').matchAll(/`([\w-]+)`/g)].map(([, kind]) => kind);
  expect(named.toSorted()).toEqual([...TASK_KINDS].toSorted());
});

it('has every stage, in the order they come', () => {
  expect(meaningOf('stage')).toBe(`A step inside running: ${namesOf(STAGES).join(', ')}.`);
});

it('has every state of a run', () => {
  const states = namesOf(STATES);
  const [open, final] = [states.filter((state) => !isFinal(state)), states.filter(isFinal)];
  expect(meaningOf('run')).toContain(`ledger: ${open.join(', ')}, and one final state: ${final.join(', ')}.`);
});

it('has every outcome, as has the page about the architecture', () => {
  const kinds = namesOf(OUTCOMES);
  expect(meaningOf('outcome')).toBe(`How an attempt ended: ${kinds.join(', ')}.`);
  const quoted = kinds.map((kind) => `\`${kind}\``);
  expect(architecture).toContain(`it ends as ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)};`);
});

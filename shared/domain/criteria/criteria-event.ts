import { fitText } from '../../kernel/text/fit-text.ts';
import type { CriterionAnswer } from './criterion.ts';
import { type CriterionState, countCriteria, type JudgedCriteria } from './judge-criteria.ts';

/** Of an event of a run. */
type Fields = Record<string, string | number | boolean>;

/** An event keeps 32,768 characters of JSON, of which one of these may need six. */
const MAX_EVIDENCE = 200;
const ANSWERS: Partial<Record<CriterionState, CriterionAnswer['met']>> = {
  met: 'yes',
  partly: 'partly',
  'not-met': 'no',
};

/**
 * The stage `criteria` of a run: how many are met, and for each number its state and what shows it, shortened:
 * `AC1: met: test/greet.test.ts`.
 */
export function toCriteriaFields(judged: JudgedCriteria): Fields {
  const { met, partly, 'not-met': notMet, 'not-answered': notAnswered } = countCriteria(judged);
  const each = judged.listed.map(({ number, state, evidence }) => [
    `AC${number}`,
    evidence ? `${state}: ${fitText(evidence, MAX_EVIDENCE)}` : state,
  ]);
  return { met, partly, notMet, notAnswered, ...Object.fromEntries(each) };
}

/** The answers a run has recorded, for an attempt that goes on after the session has ended. */
export function fromCriteriaEvents(events: readonly { name: string; fields?: Fields }[]): CriterionAnswer[] {
  const fields = events.findLast(({ name }) => name === 'criteria')?.fields ?? {};
  return Object.entries(fields).flatMap(([name, value]) => {
    const [, number] = /^AC(\d+)$/u.exec(name) ?? [];
    const [, state, evidence = ''] = /^([a-z-]+)(?:: ([\s\S]*))?$/u.exec(String(value)) ?? [];
    const met = ANSWERS[state as CriterionState];
    return number && met ? [{ number: Number(number), met, evidence }] : [];
  });
}

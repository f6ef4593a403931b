import { shortHash } from '../../kernel/sha256.ts';
import { fitText } from '../../kernel/text/fit-text.ts';
import type { Criteria, CriterionAnswer } from './criterion.ts';
import {
  CRITERION_STATES,
  type CriteriaCounts,
  type CriterionState,
  countCriteria,
  type JudgedCriteria,
} from './judge-criteria.ts';

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
 * `AC1: met: test/greet.test.ts`; `digests` tells the texts they were given to.
 */
export function toCriteriaFields(judged: JudgedCriteria): Fields {
  const { met, partly, 'not-met': notMet, 'not-answered': notAnswered, leftOut } = countCriteria(judged);
  const each = judged.listed.map(({ number, state, evidence }) => [
    `AC${number}`,
    evidence ? `${state}: ${fitText(evidence, MAX_EVIDENCE)}` : state,
  ]);
  const digests = judged.listed.map(({ number, text }) => `${number}:${shortHash(text)}`).join(' ');
  const left = leftOut === undefined ? {} : { leftOut };
  return { met, partly, notMet, notAnswered, ...left, ...Object.fromEntries(each), digests };
}

/** What a review has said about one criterion. */
export interface CriterionMark {
  number: number;
  state: CriterionState;
  /** Empty where it has written nothing. */
  evidence: string;
}

/** The same of a review, with whose criteria they are and which commit it looked at. */
export function toMarkFields(
  judged: JudgedCriteria,
  { issueKey, headSha }: { issueKey: string; headSha: string },
): Fields {
  return { ...toCriteriaFields(judged), issueKey, headSha };
}

/** What a review has recorded last; `undefined` where it has marked nothing. */
export function listCriteriaMarks(
  events: readonly { name: string; fields?: Fields }[],
): { headSha: string; marks: CriterionMark[]; leftOut: number } | undefined {
  const fields = events.findLast(({ name }) => name === 'criteria')?.fields ?? {};
  const { headSha } = fields;
  if (typeof headSha !== 'string') return undefined;
  const marks = Object.entries(fields).flatMap(([name, said]) => {
    const number = /^AC(\d{1,2})$/u.exec(name)?.[1];
    const [, word = '', evidence = ''] = /^([a-z-]+)(?:: ([\s\S]*))?$/u.exec(String(said)) ?? [];
    const state = CRITERION_STATES.find((one) => one === word);
    return number === undefined || !state ? [] : [{ number: Number(number), state, evidence }];
  });
  const leftOut = Number(fields['leftOut'] ?? 0);
  return { headSha, marks: marks.sort((one, other) => one.number - other.number), leftOut };
}

/** What a review has recorded last, counted as its result has it; `undefined` where it has marked nothing. */
export function readMarkedCounts(
  events: readonly { name: string; fields?: Fields }[],
): { criteria: CriteriaCounts; issueKey: string; headSha: string } | undefined {
  const fields = events.findLast(({ name }) => name === 'criteria')?.fields ?? {};
  const { issueKey, headSha } = fields;
  if (typeof issueKey !== 'string' || typeof headSha !== 'string') return undefined;
  const count = (name: string) => Number(fields[name] ?? 0);
  const counted = { met: count('met'), partly: count('partly'), 'not-met': count('notMet') };
  const left = count('leftOut') > 0 ? { leftOut: count('leftOut') } : {};
  return { criteria: { ...counted, 'not-answered': count('notAnswered'), ...left }, issueKey, headSha };
}

/**
 * The answers a run has recorded, for an attempt that goes on after the session has ended. Without those to criteria
 * that read otherwise now: a person may have changed the ticket, and an answer stands beside what it was given to only.
 */
export function fromCriteriaEvents(
  events: readonly { name: string; fields?: Fields }[],
  { listed }: Pick<Criteria, 'listed'>,
): CriterionAnswer[] {
  const fields = events.findLast(({ name }) => name === 'criteria')?.fields ?? {};
  const digests = String(fields['digests'] ?? '').split(' ');
  return listed.flatMap(({ number, text }) => {
    if (!digests.includes(`${number}:${shortHash(text)}`)) return [];
    const [, state, evidence = ''] = /^([a-z-]+)(?:: ([\s\S]*))?$/u.exec(String(fields[`AC${number}`])) ?? [];
    const met = ANSWERS[state as CriterionState];
    return met ? [{ number, met, evidence }] : [];
  });
}

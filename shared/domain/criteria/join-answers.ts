import { fitWords } from '../../kernel/text/fit-words.ts';
import type { CriterionAnswer } from './criterion.ts';

/**
 * One answer for each criterion from those of several sessions, each of which saw a part of the change: what all say,
 * and `partly` where they disagree, with the evidence of all.
 */
export function joinAnswers(answers: readonly CriterionAnswer[]): CriterionAnswer[] {
  const byNumber = Map.groupBy(answers, ({ number }) => number);
  return [...byNumber].map(([number, given]) => {
    const said = [...new Set(given.map(({ met }) => met))];
    const evidence = [...new Set(given.map((answer) => answer.evidence))].filter(Boolean).join(' ');
    return { number, met: said.length === 1 && said[0] ? said[0] : 'partly', evidence: fitWords(evidence, 1000) };
  });
}

import { proseLines } from '../../kernel/text/prose-lines.ts';

const PHRASES = [
  /\bwo ?n[’']?t ?fix\b|\bwill not (?:be )?fix(?:ed)?\b|\bnot going to (?:fix|change)\b/,
  /\b(?:by|as) design(?:ed)?\b|\bintentional(?:ly)?\b|\bintended\b|\bon purpose\b|\bdeliberate(?:ly)?\b/,
  /\bfalse[- ]positives?\b|\b(?:not|no|isn[’']?t) (?:really )?(?:a|an) (?:real )?(?:bug|issue|problem|defect)\b/,
  /\baccept(?:able|ed)(?: the)? risk\b|\brisk (?:is )?accept(?:able|ed)\b|\baccept(?:ing)? (?:the|this) risk\b/,
  /\bexpected behaviou?r\b|\bworks as (?:intended|expected)\b/,
  /\bleave (?:it|this) (?:as(?: it)? is|like this|alone)\b|\bplease ignore\b|\bignore this\b|\bnot relevant\b/,
];

const NEGATED =
  /\b(?:not|never|isn[’']?t|wasn[’']?t|don[’']?t think (?:this|it)(?: is|[’']s))\s+(?:really |actually |a |an |the )*$/;

/**
 * Whether a person's words in a thread say that the finding shall not come back: "won't fix", "by design", "false
 * positive", "acceptable risk" and the like. Questions, negations, quotes and code do not count.
 */
export function isDismissal(body: string): boolean {
  const prose = proseLines(body).join('\n').toLowerCase();
  const sentences = prose.match(/[^.!?\n]+[.!?]*/g) ?? [];
  return sentences.filter((sentence) => !sentence.trim().endsWith('?')).some(dismisses);
}

function dismisses(sentence: string): boolean {
  return PHRASES.some((phrase) => {
    const match = phrase.exec(sentence);
    return match !== null && !NEGATED.test(sentence.slice(0, match.index));
  });
}

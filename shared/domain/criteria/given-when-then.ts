/** The steps of a scenario, in the words of Gherkin in English, German and French. */
export type StepWord = 'given' | 'when' | 'then' | 'and';

const WORDS: readonly [StepWord, RegExp][] = [
  ['given', /^(?:given|angenommen|gegeben(?: sei(?:en)?| ist)?|[ée]tant donn[ée]e?s?)(?=[\s:,*_]|$)/iu],
  ['when', /^(?:when|wenn|quand|lorsque)(?=[\s:,*_]|$)/iu],
  ['then', /^(?:then|dann|alors)(?=[\s:,*_]|$)/iu],
  ['and', /^(?:and|but|und|aber|et|mais)(?=[\s:,*_]|$)/iu],
];
const HAS_THEN = /[\s,](?:then|dann|alors)[\s:]/iu;

/** The word of Gherkin a text begins with, in bold or not. */
export function readStep(text: string): StepWord | undefined {
  const bare = text.replace(/^[*_]{1,3}/u, '');
  return WORDS.find(([, word]) => word.test(bare))?.[0];
}

/** Steps that belong together; each scenario is one criterion. */
export interface Scenario {
  steps: string[];
  words: ReadonlySet<StepWord>;
}

/**
 * The scenario with one more step, a new one that the step begins, or `undefined` for a step that belongs to none: an
 * `And` in a list of its own is an ordinary item.
 */
export function addStep(open: Scenario | undefined, word: StepWord, text: string): Scenario | undefined {
  const begins = word === 'given' || (word === 'when' && open !== undefined && hasAny(open, 'when', 'then'));
  if (!open || begins) {
    if (word === 'then' || word === 'and') return undefined;
    return { steps: [text], words: new Set(HAS_THEN.test(text) ? [word, 'then'] : [word]) };
  }
  open.steps.push(text);
  return Object.assign(open, { words: new Set([...open.words, word]) });
}

function hasAny({ words }: Scenario, ...wanted: StepWord[]): boolean {
  return wanted.some((word) => words.has(word));
}

import { describeError, TaskError } from '../../../kernel/errors.ts';

/** What could not be seen, each as one sentence for people. */
export interface Gaps {
  list(): string[];
  add(subject: string, sentence: string): void;
  /** Does work that a service may refuse: then the refusal is a gap and the fallback stands instead. */
  orGap<T>(subject: string, work: () => Promise<T>, fallback: T): Promise<T>;
}

export function createGaps(): Gaps {
  const gaps: string[] = [];
  const add: Gaps['add'] = (subject, sentence) => void gaps.push(`${subject}: ${sentence}`);
  return {
    list: () => [...gaps],
    add,
    async orGap(subject, work, fallback) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof TaskError) || error.code === 'unexpected') throw error;
        add(subject, [describeError(error.code).sentence, error.detail].filter(Boolean).join(' '));
        return fallback;
      }
    },
  };
}

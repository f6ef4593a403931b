import { describeError, TaskError } from '../../../kernel/errors.ts';

/** What the services say about one fix at this moment. `says` is one sentence for people. */
export type FixStep =
  | { kind: 'nothing' | 'refused' | 'not-known'; says: string }
  /** Resolves to a sentence about what was done. */
  | { kind: 'to-do'; says: string; apply: () => Promise<string> };

/** A step for what a service refused or could not answer. What is no failure of a service passes. */
export function stepOfError(error: unknown): { kind: 'refused' | 'not-known'; says: string } {
  if (!(error instanceof TaskError) || error.code === 'unexpected') throw error;
  const { sentence, retry } = describeError(error.code);
  const says = [sentence, error.detail].filter(Boolean).join(' ');
  return { kind: retry ? 'not-known' : 'refused', says };
}

/** Languages of the set, in the order of its reports. */
export type Language = 'javascript' | 'python' | 'perl' | 'c';

/**
 * A small ticket on a small repository. What decides is a program that the agent never sees: it prints what the code
 * does, and only this process knows what it should print. Code that ends the program early, or prints by itself, has
 * nothing to gain.
 */
export interface EvalTicket {
  id: string;
  language: Language;
  summary: string;
  description: string;
  /** The repository, by path. Its tests pass as it stands, and with the answer. */
  files: Readonly<Record<string, string>>;
  /** The program that decides, in the language of the ticket, with `show` and what else `LANGUAGES` puts before it. */
  hidden: string;
  /** What it prints where all is right, by line. */
  expected: readonly string[];
  /** Files of an answer that is right, which proves that the ticket can be solved. */
  answer: Readonly<Record<string, string>>;
}

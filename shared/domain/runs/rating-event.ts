import type { RunEvent } from './run.ts';

/** What a person said about a run in shadow. */
export interface Rating {
  answer: 'yes' | 'no';
  /** The name of the person, and the account. */
  by: string;
  account: string;
  /** The id of the comment. */
  comment: string;
  /** When it was written, in milliseconds. */
  saidAt: number;
}

export const RATED = 'rated';

/** The last word of each account, in the order they were written. Events of another form are left out. */
export function listRatings(events: readonly RunEvent[]): Rating[] {
  const all = events.flatMap((event) => readRating(event) ?? []);
  const last = new Map<string, Rating>();
  for (const rating of all.toSorted((one, other) => one.saidAt - other.saidAt)) {
    last.delete(rating.account);
    last.set(rating.account, rating);
  }
  return [...last.values()];
}

function readRating({ name, fields = {} }: RunEvent): Rating | undefined {
  const { answer, by, account, comment, saidAt } = fields;
  if (name !== RATED || (answer !== 'yes' && answer !== 'no')) return undefined;
  if (typeof account !== 'string' || typeof saidAt !== 'number') return undefined;
  return { answer, account, saidAt, by: String(by ?? account), comment: String(comment ?? '') };
}

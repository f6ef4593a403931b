import { cutText } from '../../kernel/text/cut-text.ts';
import type { RunEvent } from './run.ts';

type Fields = NonNullable<RunEvent['fields']>;

/** The plan of a run as it was shown, and for which text of the ticket it was made. */
export interface StoredPlan {
  /** Markdown. */
  text: string;
  digest: string;
}

/** What is longer is not taken from the agent: a plan that is cut would not be the one that a person approves. */
export const MAX_PLAN_LENGTH = 4000;

/** An event keeps 1,000 characters of a field. */
const PART = 1000;

/** The stage `plan-made` of a run: its plan in parts, from which `findStoredPlan` puts it together. */
export function toPlanFields({ text, digest }: StoredPlan): Record<string, string> {
  const fields: Record<string, string> = { digest };
  for (let rest = text, part = 1; rest !== ''; part += 1) {
    const next = cutText(rest, PART);
    fields[`plan${part}`] = next;
    rest = rest.slice(next.length);
  }
  return fields;
}

/** The plan a run has made last; `undefined` where it made none. */
export function findStoredPlan(events: readonly Pick<RunEvent, 'name' | 'fields'>[]): StoredPlan | undefined {
  const { digest, ...parts } = events.findLast(({ name }) => name === 'plan-made')?.fields ?? {};
  if (typeof digest !== 'string') return undefined;
  const texts: string[] = [];
  for (let part = parts['plan1']; typeof part === 'string'; part = parts[`plan${texts.length + 1}`]) texts.push(part);
  return { text: texts.join(''), digest };
}

/** An event without the parts of the plan, which are shown as a whole elsewhere. */
export function withoutPlan(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !/^plan\d+$/.test(name)));
}

import { randomUUID } from 'node:crypto';
import type { ScopeLock } from '../../shared/domain/ports/scopes.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';
import type { CliIO } from '../io/io.ts';
import { shortenRunner } from '../output/shorten-runner.ts';

/** The run id of a claim that a person holds. */
export const PERSON = 'person';

export function isHeldByPerson({ holder }: Pick<ScopeLock, 'holder'>): boolean {
  return holder.startsWith(`${PERSON}/`);
}

const LONGEST = 200;

/** Who takes a claim, and why, as far as it is said. */
export interface Taker {
  who?: string | undefined;
  why?: string | undefined;
}

/** The account of this machine. */
export function findAccount({ shell }: Pick<CliIO, 'shell'>): string | undefined {
  return shell['USER'] ?? shell['LOGNAME'] ?? shell['USERNAME'];
}

/** A holder that is one person at one moment, and says who and why to those who look at the claim. */
export function newHolder({ who = '', why = '' }: Taker): string {
  const said = [who, why].map(oneLine).filter((text) => text !== '');
  return fitText(`${PERSON}/${randomUUID().slice(0, 8)} ${said.join(': ')}`.trim(), LONGEST);
}

/** Who holds a claim, for people: `ada: release freeze`, a person who is not known, or the program of the runner. */
export function nameHolder({ holder }: Pick<ScopeLock, 'holder'>): string {
  if (!isHeldByPerson({ holder })) return shortenRunner(holder);
  return oneLine(/^\S+ (.+)$/.exec(holder)?.[1] ?? '') || 'a person';
}

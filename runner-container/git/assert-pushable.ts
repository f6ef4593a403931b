import type { Repository } from './git.ts';

/** The last lock before what leaves this machine. @throws {Error} for a clone whose work stays here */
export function assertPushable({ isLocalOnly }: Pick<Repository, 'isLocalOnly'>): void {
  if (isLocalOnly) throw new Error('Nothing is pushed from a clone of a binding in shadow');
}

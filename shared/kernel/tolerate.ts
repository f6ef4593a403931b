import { isRefusal } from './errors.ts';
import type { Log, LogFields } from './log.ts';

export interface Tolerance {
  log: Log;
  /** What is logged of a refusal, with `fields` and the error. */
  event: string;
  fields?: LogFields;
  /** Which failures count as one; `isRefusal` unless given. */
  isTolerable?: (error: unknown) => boolean;
}

/** Does work whose refusal is logged and costs nothing else. False when it was refused. @throws any other failure */
export async function tolerate(
  work: () => Promise<unknown>,
  { log, event, fields, isTolerable = isRefusal }: Tolerance,
): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (!isTolerable(error)) throw error;
    log.warn(event, { ...fields, error });
    return false;
  }
}

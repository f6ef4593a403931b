import { TaskError } from '../../../shared/kernel/errors.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { MissingSettingsError } from '../../clients/read-tool-settings.ts';
import { describeFailure } from '../../output/describe-error.ts';

/** One line of the doctor's report. */
export interface Check {
  level: 'OK' | 'WARN' | 'FAIL';
  /** What was looked at: `storage`, `jira`, `PROJ`, `credential default`. */
  about: string;
  /** What was found and, when it is wrong, what to do. */
  finding: string;
  /** What may help with this and other lines; said once, below them. */
  offer?: string;
}

export function ok(about: string, finding: string): Check {
  return { level: 'OK', about, finding };
}

export function warn(about: string, finding: string): Check {
  return { level: 'WARN', about, finding };
}

export function fail(about: string, finding: string): Check {
  return { level: 'FAIL', about, finding };
}

/** Turns the failure of a look into a line; what is not a failure with a name is a bug and is thrown on. */
export async function attempt(about: string, look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof TaskError) return [fail(about, describeFailure(error))];
    if (error instanceof MissingSettingsError && error.offer !== '')
      return [{ ...fail(about, error.missing), offer: error.offer }];
    if (error instanceof UsageError) return [fail(about, error.message)];
    throw error;
  }
}

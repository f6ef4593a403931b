import { TaskError } from '../../shared/kernel/errors.ts';
import type { CliIO } from '../io/io.ts';
import { describeFailure } from './describe-error.ts';
import { refuse } from './refuse.ts';

/**
 * The exit code of an audit or a report, which is 3 where a service or the evidence kept it from being made at all: 1
 * would say that it was made and found something.
 */
export async function orIncomplete(json: boolean, io: CliIO, audit: () => Promise<number>): Promise<number> {
  try {
    return await audit();
  } catch (error) {
    if (!(error instanceof TaskError) || error.code === 'unexpected') throw error;
    return refuse({ error: describeFailure(error), json, exitCode: 3 }, io);
  }
}

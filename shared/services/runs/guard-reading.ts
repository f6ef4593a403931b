import { TaskError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';

/**
 * What `read` says of a run. One run that cannot be read must not hold up the others; storage that does not answer
 * must. @throws {TaskError} `storage-*`
 */
export async function guardReading<Found>(
  runId: string,
  log: Log,
  read: () => Promise<Found>,
): Promise<Found | 'unreadable'> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TaskError && error.code.startsWith('storage-')) throw error;
    log.error('run row unreadable', { runId, error });
    return 'unreadable';
  }
}

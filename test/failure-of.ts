import { TaskError } from '../shared/kernel/errors.ts';

/** What some work fails with. @throws {Error} where it does not fail, or with anything but a {TaskError}. */
export async function failureOf(work: Promise<unknown>): Promise<TaskError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TaskError)) throw new Error('expected a TaskError', { cause: error });
  return error;
}

import { singleFlight } from '../../../kernel/once.ts';
import { describeStorageError } from './storage-error.ts';

/** Runs a call to a table, queue or container, which is made where it is missing. */
export type CreateOnNeed = <T>(call: () => Promise<T>) => Promise<T>;

const MISSING = new Set(['TableNotFound', 'QueueNotFound', 'ContainerNotFound']);
const PRESENT = new Set(['TableAlreadyExists', 'QueueAlreadyExists', 'ContainerAlreadyExists']);

/**
 * Repeats a call once that was refused because its table, queue or container is missing, after `create` has made it. In
 * Azure all of them are there from Terraform, so that a start asks for none. Calls at the same time have it made once;
 * another process may make it at the same moment. Where it may not be made, the refusal of the call is thrown, for that
 * is what people have to know. @throws {RestError} as the service's client does.
 */
export function createOnNeed(create: () => Promise<unknown>): CreateOnNeed {
  const createOnce = singleFlight(() => createUnlessPresent(create));
  return async (call) => {
    try {
      return await call();
    } catch (error) {
      if (!isMissing(error)) throw error;
      const failure = await createOnce();
      if (failure) throw isForbidden(failure.error) ? error : failure.error;
      return call();
    }
  };
}

/** Nothing was done then. */
function isMissing(error: unknown): boolean {
  const { status, code } = describeStorageError(error);
  return status === 404 && MISSING.has(code ?? '');
}

/** What it failed with; one that is there is none. */
async function createUnlessPresent(create: () => Promise<unknown>): Promise<{ error: unknown } | undefined> {
  try {
    await create();
    return undefined;
  } catch (error) {
    return PRESENT.has(describeStorageError(error).code ?? '') ? undefined : { error };
  }
}

function isForbidden(error: unknown): boolean {
  const { status } = describeStorageError(error);
  return status === 401 || status === 403;
}

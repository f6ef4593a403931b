import { TaskError } from '../../../shared/kernel/errors.ts';
import type { RegistryEntry } from '../../../shared/services/projects/registry-entry.ts';
import { assertOwnImage, unknownImage } from './own-image.ts';
import type { RunnerDeps } from './runner-deps.ts';

export type ReadyEntry = Extract<RegistryEntry, { state: 'ready' }>;

/**
 * The binding a run is worked on by, where it can be, and here. `name` is for people: what has no binding.
 * @throws {TaskError} `binding-unknown`, `image-unknown`, `binding-quarantined`; {OtherImage} where it is for other
 * runners.
 */
export function getReadyEntry(
  entry: RegistryEntry | undefined,
  name: string,
  { images }: Pick<RunnerDeps, 'images'>,
): ReadyEntry {
  if (!entry) throw new TaskError('binding-unknown', { detail: name });
  if (entry.state === 'ready') {
    assertOwnImage(entry.binding.image, images);
    return entry;
  }
  const { reason, hint } = entry.quarantine;
  const { image } = entry.binding;
  if (reason === 'image-unknown' && image !== undefined) throw unknownImage(image);
  throw new TaskError('binding-quarantined', { detail: hint });
}

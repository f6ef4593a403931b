import { isServed, NO_RUNNER_IMAGES } from '../../../shared/domain/runs/runner-image.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import type { ImagePlace } from './runner-deps.ts';

/** The run is for the runners of another image; it ends here and is sent to them. */
export class OtherImage extends Error {
  readonly image: string | undefined;

  constructor(image: string | undefined) {
    super(`The run is for the runners of the ${image === undefined ? 'default image' : `image ${image}`}`);
    this.name = 'OtherImage';
    this.image = image;
  }
}

/**
 * Lets a run go on only in the image its binding names in the map it works with: another one has other tools, or an
 * older set of them. Tasks are sent by the map that was in force when they were planned.
 * @throws {OtherImage}; {TaskError} `image-unknown` where no runner has it, and sending it on would have no end.
 */
export function assertOwnImage(image: string | undefined, { own, all }: ImagePlace = { all: NO_RUNNER_IMAGES }): void {
  if (image === own || all.servesAny) return;
  if (image === undefined || isServed(image, all)) throw new OtherImage(image);
  throw unknownImage(image);
}

/** What ends an attempt whose image no runner has. */
export function unknownImage(image: string): TaskError {
  return new TaskError('image-unknown', { detail: `The image is ${image}.` });
}

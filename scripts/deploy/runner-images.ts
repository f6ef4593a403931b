import { existsSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

import { hashFiles } from './image-tag.ts';

/** A runner image beside the default one, as the deployment has it in its registry. */
export interface RunnerImage {
  /** As bindings give it in `image`. */
  name: string;
  /** Repository and tag, or digest where it is not built here. */
  image: string;
  /** What it is built from, beginning at the checkout; absent where the image is made and pushed elsewhere. */
  dockerfile?: string;
}

/** The fields of `runner_images` that say where an image comes from; Terraform knows the rest. */
export const GivenImages = z.record(
  z.string(),
  z.looseObject({ image: z.string().nullish(), dockerfile: z.string().nullish() }),
);
type GivenImages = z.infer<typeof GivenImages>;

/** Where the image of a Dockerfile of `runner_images` stands in the registry. */
export function repositoryOf(name: string): string {
  return `cmap-runner-${name}`;
}

/**
 * What `runner_images` says, with a tag for each image that is built: of the base, and of a hash of the folder of its
 * Dockerfile. So another base or other files are another image, and the same ones are not built again. @throws {Error}
 * with a sentence for people.
 */
export function planRunnerImages(root: string, given: GivenImages, baseTag: string): RunnerImage[] {
  return Object.entries(given).map(([name, { image, dockerfile }]) => {
    if (image && !dockerfile) return { name, image };
    if (!dockerfile || image)
      throw new Error(`runner_images.${name} must have either image, which is in the registry, or dockerfile.`);
    if (!existsSync(path.join(root, dockerfile)))
      throw new Error(`runner_images.${name}: there is no ${dockerfile}; the path begins at the checkout.`);
    const tag = `${baseTag}-${hashFiles(root, [path.posix.dirname(dockerfile)], dockerfile)}`;
    return { name, image: `${repositoryOf(name)}:${tag}`, dockerfile };
  });
}

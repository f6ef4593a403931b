import * as z from 'zod/mini';
import { MAX_RUNNER_IMAGE_LENGTH, RUNNER_IMAGE, type RunnerImages } from '../../domain/runs/runner-image.ts';
import { optional } from './setting.ts';

const ANY = '*';
const NAME = `lower case letters and digits, at most ${MAX_RUNNER_IMAGE_LENGTH} characters`;

/** The name of one runner image. */
export const runnerImageName = z.lazy(() =>
  z
    .string()
    .check(z.refine(isRunnerImage, `must be the name of a runner image (${NAME}; not default, poison or runner)`)),
);

const runnerImages = z.lazy(() =>
  z.pipe(
    z.string(),
    z.transform((text, context): RunnerImages => {
      if (text.trim() === ANY) return { names: [], servesAny: true };
      const names = text.split(',').flatMap((name) => name.trim() || []);
      if (names.every(isRunnerImage)) return { names: [...new Set(names)] };
      context.issues.push({ code: 'custom', message: `must be names of runner images (${NAME}), or *`, input: text });
      return z.NEVER;
    }),
  ),
);

export const runnerImagesShape = {
  RUNNER_IMAGES: optional(runnerImages, {
    description:
      'Names of the runner images that bindings may name in `image`, separated by commas: each has a queue and a job of its own. `*`, for trials: every runner performs every task, whichever image its binding names.',
    fix: 'Set it to names such as python,java, the same for functions and runners, or remove it.',
  }),
};

/** None where the setting is absent. */
export function buildRunnerImages({ RUNNER_IMAGES }: { RUNNER_IMAGES?: RunnerImages | undefined }): RunnerImages {
  return RUNNER_IMAGES ?? { names: [] };
}

function isRunnerImage(text: string): boolean {
  return text.length <= MAX_RUNNER_IMAGE_LENGTH && RUNNER_IMAGE.test(text);
}

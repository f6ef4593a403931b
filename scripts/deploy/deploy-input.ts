import type { DeployOptions } from './options.ts';
import type { EnvironmentFile } from './read-environment.ts';
import type { RunnerImage } from './runner-images.ts';

/** Everything the plan is made of. */
export interface DeployInput {
  options: DeployOptions;
  environment: EnvironmentFile;
  imageTag: string;
  /** Those beside the default one. */
  runnerImages: readonly RunnerImage[];
}

import type { DeployOptions } from './options.ts';
import type { EnvironmentFile } from './read-environment.ts';

/** Everything the plan is made of. */
export interface DeployInput {
  options: DeployOptions;
  environment: EnvironmentFile;
  imageTag: string;
}

import { uniqueNames } from '../../kernel/text/unique-names.ts';
import type { Binding } from './binding.ts';
import { DEFAULT_CREDENTIAL_REF } from './credential-names.ts';
import { renderMapping } from './render-mapping.ts';
import { requiredCredentials, requiredEventSecrets, requiredRunnerSecrets } from './required-credentials.ts';

/** Values of variables of infra/, as a `*.auto.tfvars.json` holds them. */
export interface TerraformValues {
  /** Terraform skips this key: what a person needs to know of the file. */
  '//': { made_by: string; secrets: string[]; runner_images?: string[] };
  /** The map in its runtime form, as text. */
  project_map: string;
  credential_aliases: string[];
  /** Further secrets of the vault of GitLab tokens: those of events, of `validate_env` and keys that sign. */
  map_secrets: string[];
}

/**
 * What a map needs of the Terraform in infra/: itself, the aliases of its credentials, and its other secrets. They are
 * named as the vault of GitLab tokens has them; a map knows no value of one. Nor does it know where its images are:
 * people read by what names `runner_images` must have them.
 */
export function renderTerraform(bindings: readonly Binding[]): TerraformValues {
  const credentials = requiredCredentials(bindings);
  const others = [...requiredEventSecrets(bindings), ...requiredRunnerSecrets(bindings)];
  const secrets = [...credentials, ...others]
    .filter(({ place }) => place !== 'env')
    .map(({ keyVaultName }) => keyVaultName);
  const images = uniqueNames(bindings.flatMap(({ image }) => image ?? []));
  return {
    '//': {
      made_by: 'cmap render-terraform',
      secrets,
      ...(images.length > 0 ? { runner_images: images } : {}),
    },
    project_map: JSON.stringify(renderMapping(bindings)),
    credential_aliases: credentials
      .filter(({ ref, place }) => ref !== DEFAULT_CREDENTIAL_REF && place === undefined)
      .map(({ ref }) => ref),
    map_secrets: others.map(({ keyVaultName }) => keyVaultName),
  };
}

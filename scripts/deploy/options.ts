import { parseArgs } from 'node:util';

/** What `npm run deploy -- ENVIRONMENT` was told. */
export interface DeployOptions {
  /** Name of the file in infra/environments without its ending. */
  environment: string;
  /** Print every step and its command, and run none. */
  planOnly: boolean;
  /** Let Terraform apply without asking. */
  yes: boolean;
  /** The mapping that is checked, rendered and uploaded. */
  mapFile: string;
  /** Of the subscription; the one `az` is set to when absent. */
  subscription?: string;
  /** Of the runner image; made from what the image is built of when absent. */
  imageTag?: string;
  /** PEM file of the company's own authorities. */
  companyCaFile?: string;
}

export const USAGE = `npm run deploy -- ENVIRONMENT [options]

  ENVIRONMENT              a file of infra/environments, such as dev
  --plan                   print every step and its command, run nothing
  --yes                    let Terraform apply without asking
  --map FILE               the mapping (default cmap.yaml)
  --subscription ID        instead of the one az is set to
  --image-tag TAG          instead of one made from what the image is built of
  --company-ca FILE        PEM file of the company's own certificate authorities
`;

/** @throws {Error} with a sentence for people, when the arguments are not understood. */
export function readDeployOptions(args: readonly string[]): DeployOptions {
  const { values, positionals } = parse(args);
  const [environment, ...more] = positionals;
  if (!environment || more.length > 0) throw new Error('Name one environment, such as dev.');
  if (!/^[a-z][a-z0-9]{1,5}$/.test(environment))
    throw new Error(`"${environment}" cannot be an environment: use 2 to 6 lower case letters and digits.`);
  return {
    environment,
    planOnly: values.plan,
    yes: values.yes,
    mapFile: values.map,
    ...(values.subscription === undefined ? {} : { subscription: values.subscription }),
    ...(values['image-tag'] === undefined ? {} : { imageTag: values['image-tag'] }),
    ...(values['company-ca'] === undefined ? {} : { companyCaFile: values['company-ca'] }),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      plan: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      map: { type: 'string', default: 'cmap.yaml' },
      subscription: { type: 'string' },
      'image-tag': { type: 'string' },
      'company-ca': { type: 'string' },
    },
  });
}

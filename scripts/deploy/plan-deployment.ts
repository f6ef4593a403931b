import type { DeployInput } from './deploy-input.ts';
import { inSubscription } from './in-subscription.ts';
import { planChecks } from './plan-checks.ts';
import { imageVariables, planImages } from './plan-images.ts';
import { planState } from './plan-state.ts';
import type { Command, Step } from './step.ts';

/**
 * What the first apply makes: where the image, the secrets, the map and the code go, the way to them where the network
 * is private, and what the names of the secrets are computed from. The rest refers to secrets and to an image that have
 * to be there first.
 */
export const FOUNDATION = [
  'azapi_resource.peering',
  'azurerm_application_insights.this',
  'azurerm_container_app_environment.this',
  'azurerm_container_registry.this',
  'azurerm_key_vault.this',
  'azurerm_private_dns_zone_virtual_network_link.this',
  'azurerm_private_endpoint.this',
  'azurerm_role_assignment.people',
  'azurerm_storage_account.this',
  'azurerm_storage_container.this',
  'azurerm_user_assigned_identity.this',
];

/**
 * What the second apply makes: the rights of both programs. A job whose identity cannot read its secrets and its image
 * is refused by the platform, and a right needs minutes to count; so it is given before the images are built.
 */
export const RIGHTS = ['azurerm_role_assignment.program'];

const ROLES_HELP =
  'Terraform says which resource failed. A role needs some minutes to count: run the same command again. Of a resource that "already exists" and failed half made: delete it in the portal first.';

const REFRESH_URI =
  'https://management.azure.com/subscriptions/<subscription>/resourceGroups/<resource_group>/providers/Microsoft.Web/sites/<function_app>/config/configreferences/appsettings/refresh?api-version=2022-03-01';

/** The steps from a fresh subscription to a deployment that works, in their order. Pure. */
export function planDeployment(input: DeployInput): Step[] {
  const steps = [
    ...planChecks(input),
    ...planState(input),
    ...planFoundation(input),
    ...planImages(input),
    ...planMap(input),
    ...planPrograms(input),
    ...planProof(input),
  ];
  const { subscription } = input.options;
  return subscription === undefined ? steps : steps.map((step) => inSubscription(step, subscription));
}

function planFoundation(input: DeployInput): Step[] {
  const secretSet: Command = ['az', 'keyvault', 'secret', 'set', '--vault-name', '<vault>', '--name', '<secret>'];
  return [
    {
      kind: 'command',
      title: 'Make registry, vaults and storage',
      command: [...applyCommand(input), ...FOUNDATION.map((name) => `-target=${name}`)],
      help: ROLES_HELP,
    },
    readOutputs('Read the names of what was made'),
    {
      kind: 'secrets',
      title: 'Set the secrets that are missing: ours are made, yours are asked for',
      list: ['az', 'keyvault', 'secret', 'list', '--vault-name', '<vault>', '--query', '[].name', '--output', 'json'],
      set: [...secretSet, '--file', '<file>', '--encoding', 'utf-8', '--output', 'none'],
      help: 'It takes a person or group of `operators`. A vault behind a private network is reached from inside it, or from network.operator_ip_ranges.',
    },
    {
      kind: 'command',
      title: 'Give both programs their rights, which count some minutes later',
      command: [...applyCommand(input), ...RIGHTS.map((name) => `-target=${name}`)],
      help: ROLES_HELP,
    },
  ];
}

function planMap({ options }: DeployInput): Step[] {
  return [
    {
      kind: 'command',
      title: 'Render the project map',
      command: ['node', 'cli/bin.ts', 'render-json', options.mapFile],
      saveAs: 'dist/project-map.json',
      help: 'Correct what is listed.',
    },
    {
      kind: 'command',
      title: 'Upload the project map',
      command: [
        ...['az', 'storage', 'blob', 'upload', '--auth-mode', 'login', '--account-name', '<storage_account>'],
        ...['--container-name', 'config', '--name', 'project-map.json', '--file', 'dist/project-map.json'],
        ...['--overwrite', '--output', 'none'],
      ],
      tries: 10,
      help: 'It takes the role of an operator, and with a private network an address of network.operator_ip_ranges.',
    },
  ];
}

function planPrograms(input: DeployInput): Step[] {
  return [
    {
      kind: 'command',
      title: 'Make the function app, the runner job, alerts and the workbook',
      command: applyCommand(input, imageVariables(input)),
      help: ROLES_HELP,
    },
    readOutputs('Read the addresses'),
    {
      kind: 'command',
      title: 'Let the runner jobs read their secrets anew',
      each: { of: 'runner_jobs', as: 'runner_job' },
      unlessEmpty: 'runner_secret_references',
      command: [
        ...[
          'az',
          'containerapp',
          'job',
          'secret',
          'set',
          '--name',
          '<runner_job>',
          '--resource-group',
          '<resource_group>',
        ],
        ...['--secrets', '<runner_secret_references...>', '--output', 'none'],
      ],
      tries: 3,
      help: 'It takes Contributor on the jobs, and a vault that holds every secret.',
    },
    {
      kind: 'command',
      title: 'Let the function app read its secrets anew',
      command: ['az', 'rest', '--method', 'post', '--output', 'none', '--uri', REFRESH_URI],
      help: 'It takes Contributor on the function app. Without it a changed secret is noticed within a day.',
    },
    {
      kind: 'command',
      title: 'Build the functions',
      command: ['node', 'scripts/build.ts', '--only=functions'],
      help: 'Run `npm install` first.',
    },
    {
      kind: 'package',
      title: 'Pack the functions',
      folder: 'dist/app',
      archive: 'dist/functions.zip',
      help: 'Look at what is said about dist/app.',
    },
    {
      kind: 'command',
      title: 'Publish the functions',
      command: [
        ...['az', 'functionapp', 'deployment', 'source', 'config-zip', '--resource-group', '<resource_group>'],
        ...['--name', '<function_app>', '--src', 'dist/functions.zip', '--output', 'none'],
      ],
      tries: 3,
      help: 'It takes Contributor on the function app.',
    },
  ];
}

function planProof({ options }: DeployInput): Step[] {
  return [
    {
      kind: 'health',
      title: 'Wait until the app says that it is well',
      url: '<functions_url>/api/health',
      help: 'Look at the newest lines: `Logs` of the workspace in the resource group. Where `allowed_ip_ranges` is set, 403 means that your own address is not among them.',
    },
    {
      kind: 'reload',
      title: 'Let a running app take the new map',
      secret: [
        ...['az', 'keyvault', 'secret', 'show', '--vault-name', '<key_vault>', '--name', 'cmap-admin-secret'],
        ...['--query', 'value', '--output', 'tsv'],
      ],
      url: '<functions_url>/api/config/reload',
      help: 'The answer lists every problem of the map; the old one is still in use.',
    },
    {
      kind: 'command',
      title: 'Look at every binding',
      command: ['node', 'cli/bin.ts', 'doctor', options.mapFile],
      asOperator: true,
      help: 'Each line that failed says what to do.',
    },
    {
      kind: 'command',
      title: 'Send a task through queue and runner',
      command: ['node', 'cli/bin.ts', 'smoke'],
      asOperator: true,
      help: 'Look at the executions of the runner job in the portal: the image, the secrets, the time they took.',
    },
    { kind: 'links', title: 'Where to look, and what comes next', environment: options.environment, help: '' },
  ];
}

function readOutputs(title: string): Step {
  return { kind: 'outputs', title, command: ['terraform', '-chdir=infra', 'output', '-json'], help: 'Apply first.' };
}

/**
 * Before the images are there, Terraform is told the tag of the default one, which then counts for nothing. Where a
 * person is to be asked, without -input=false: by its manual Terraform would not ask whether to apply, and not apply.
 */
function applyCommand(
  { options, environment, imageTag }: DeployInput,
  images: Command = [`-var=runner_image_tag=${imageTag}`],
): Command {
  return [
    ...['terraform', '-chdir=infra', 'apply', ...(options.yes ? ['-input=false', '-auto-approve'] : [])],
    `-var-file=environments/${options.environment}.tfvars`,
    '-var=subscription_id=<subscription>',
    ...images,
    ...(environment.hasOperators ? [] : ['-var=operators=["<you>"]']),
    ...(options.companyCaFile ? ['-var=company_ca=<company_ca>'] : []),
  ];
}

import type { DeployInput } from './deploy-input.ts';
import { inSubscription } from './in-subscription.ts';
import { planChecks } from './plan-checks.ts';
import { planState } from './plan-state.ts';
import type { Command, Step } from './step.ts';

/**
 * What the first apply makes: where the image, the secrets, the map and the code go, and what the names of the secrets
 * are computed from. The rest refers to secrets and to an image that have to be there first.
 */
export const FOUNDATION = [
  'azurerm_application_insights.this',
  'azurerm_container_app_environment.this',
  'azurerm_container_registry.this',
  'azurerm_key_vault.this',
  'azurerm_role_assignment.people',
  'azurerm_storage_account.this',
  'azurerm_storage_container.this',
  'azurerm_user_assigned_identity.this',
];

const REFRESH_URI =
  'https://management.azure.com/subscriptions/<subscription>/resourceGroups/<resource_group>/providers/Microsoft.Web/sites/<function_app>/config/configreferences/appsettings/refresh?api-version=2022-03-01';

/** The steps from a fresh subscription to a deployment that works, in their order. Pure. */
export function planDeployment(input: DeployInput): Step[] {
  const steps = [
    ...planChecks(input),
    ...planState(input),
    ...planFoundation(input),
    ...planContents(input),
    ...planPrograms(input),
    ...planProof(input),
  ];
  const { subscription } = input.options;
  return subscription === undefined ? steps : steps.map((step) => inSubscription(step, subscription));
}

function planFoundation({ options, environment, imageTag }: DeployInput): Step[] {
  return [
    {
      kind: 'command',
      title: 'Make registry, vaults and storage',
      command: [...applyCommand({ options, environment, imageTag }), ...FOUNDATION.map((name) => `-target=${name}`)],
      help: 'Terraform says which resource failed. A role needs some minutes to count: run the same command again.',
    },
    readOutputs('Read the names of what was made'),
  ];
}

function planContents({ options, imageTag }: DeployInput): Step[] {
  const image = `cmap-runner:${imageTag}`;
  const build: Command = ['docker', 'build', '--platform', 'linux/amd64', '--file', 'runner-container/Dockerfile'];
  const secretSet: Command = ['az', 'keyvault', 'secret', 'set', '--vault-name', '<vault>', '--name', '<secret>'];
  return [
    {
      kind: 'image',
      title: `Build the runner image ${image}, unless the registry has it`,
      unless: ['az', 'acr', 'repository', 'show', '--name', '<registry_name>', '--image', image, '--output', 'none'],
      withDocker: [
        ['az', 'acr', 'login', '--name', '<registry_name>'],
        [...build, '--tag', `<registry>/${image}`, '.'],
        ['docker', 'push', `<registry>/${image}`],
      ],
      inRegistry: [
        ...['az', 'acr', 'build', '--registry', '<registry_name>', '--image', image, '--platform', 'linux/amd64'],
        ...['--file', 'runner-container/Dockerfile', '.'],
      ],
      help: 'Some subscriptions cannot build in the registry; then start Docker and run the same command again.',
    },
    {
      kind: 'secrets',
      title: 'Set the secrets that are missing: ours are made, yours are asked for',
      list: ['az', 'keyvault', 'secret', 'list', '--vault-name', '<vault>', '--query', '[].name', '--output', 'json'],
      set: [...secretSet, '--file', '<file>', '--encoding', 'utf-8', '--output', 'none'],
      help: 'A vault behind a private network is reached from inside it, or from network.operator_ip_ranges.',
    },
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
      command: applyCommand(input),
      help: 'Terraform says which resource failed. A role needs some minutes to count: run the same command again.',
    },
    readOutputs('Read the addresses'),
    {
      kind: 'command',
      title: 'Let the runner jobs read their secrets anew',
      each: { of: 'runner_jobs', as: 'runner_job' },
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
      help: 'Look at the newest lines: the link `Logs` below the resource group, or `az functionapp log tail`.',
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
    { kind: 'links', title: 'Where to look, and what comes next', help: '' },
  ];
}

function readOutputs(title: string): Step {
  return { kind: 'outputs', title, command: ['terraform', '-chdir=infra', 'output', '-json'], help: 'Apply first.' };
}

function applyCommand({ options, environment, imageTag }: DeployInput): Command {
  return [
    ...['terraform', '-chdir=infra', 'apply', '-input=false'],
    ...(options.yes ? ['-auto-approve'] : []),
    `-var-file=environments/${options.environment}.tfvars`,
    '-var=subscription_id=<subscription>',
    `-var=runner_image_tag=${imageTag}`,
    ...(environment.hasOperators ? [] : ['-var=operators=["<you>"]']),
    ...(options.companyCaFile ? ['-var=company_ca=<company_ca>'] : []),
  ];
}

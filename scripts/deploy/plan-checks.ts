import type { DeployInput } from './deploy-input.ts';
import type { Step } from './step.ts';

/** What has to be true before anything is made; each is asked and nothing is changed. */
export function planChecks({ options, environment }: DeployInput): Step[] {
  return [
    {
      kind: 'check',
      title: 'The Azure CLI is here and new enough',
      command: ['az', 'version', '--output', 'json'],
      judge: 'azure-cli',
      help: 'Install it: https://learn.microsoft.com/cli/azure/install-azure-cli',
    },
    {
      kind: 'check',
      title: 'Terraform is here and new enough',
      command: ['terraform', 'version', '-json'],
      judge: 'terraform',
      help: 'Install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install',
    },
    {
      kind: 'check',
      title: 'You are signed in to the subscription',
      command: ['az', 'account', 'show', '--output', 'json'],
      judge: 'subscription',
      help: 'Run `az login`, then `az account set --subscription ID`.',
    },
    {
      kind: 'check',
      title: 'Who you are',
      command: ['az', 'ad', 'signed-in-user', 'show', '--query', 'id', '--output', 'tsv'],
      judge: 'identity',
      help: 'A pipeline signs in as a service principal or a managed identity, and sets CMAP_DEPLOYER_OBJECT_ID to its object id.',
    },
    {
      kind: 'check',
      title: 'You may make resources and give roles',
      command: [
        ...['az', 'role', 'assignment', 'list', '--assignee', '<you>', '--scope', '/subscriptions/<subscription>'],
        ...['--include-inherited', '--include-groups', '--query', '[].roleDefinitionName', '--output', 'json'],
      ],
      judge: 'roles',
      help: 'An owner of the subscription gives you Contributor and Role Based Access Control Administrator.',
    },
    {
      kind: 'check',
      title: 'The resource providers are registered, or will be',
      command: [
        ...['az', 'provider', 'list', '--query', "[?registrationState=='Registered'].namespace"],
        ...['--subscription', '<subscription>', '--output', 'json'],
      ],
      judge: 'providers',
      help: 'Terraform registers what is missing when you have Contributor on the subscription.',
    },
    {
      kind: 'check',
      title: `The region ${environment.location} has Flex Consumption`,
      command: ['az', 'functionapp', 'list-flexconsumption-locations', '--query', '[].name', '--output', 'json'],
      judge: 'region',
      help: `Choose another location in infra/environments/${options.environment}.tfvars.`,
    },
    {
      kind: 'check',
      title: `The region ${environment.location} has Container Apps jobs`,
      command: [
        ...['az', 'provider', 'show', '--namespace', 'Microsoft.App', '--subscription', '<subscription>'],
        ...['--query', "resourceTypes[?resourceType=='jobs'].locations[]", '--output', 'json'],
      ],
      judge: 'region',
      help: `Choose another location in infra/environments/${options.environment}.tfvars.`,
    },
    {
      kind: 'filled-in',
      title: `infra/environments/${options.environment}.tfvars is filled in`,
      placeholders: environment.placeholders,
      help: 'Say your own GitLab, Jira, model and addresses there; infra/variables*.tf describe every value.',
    },
    {
      kind: 'command',
      title: `The mapping ${options.mapFile} is right`,
      command: ['node', 'cli/bin.ts', 'validate', options.mapFile],
      help: 'Correct what is listed; `npx cmap init --jira-project PROJ --repo group/project` writes a first file. Another one is named with --map.',
    },
    {
      kind: 'check',
      title: 'The secrets and runner images the mapping names',
      command: ['node', 'cli/bin.ts', 'render-terraform', options.mapFile],
      judge: 'mapping',
      help: `Add the image to runner_images in infra/environments/${options.environment}.tfvars (docs/runner-images.md), or take it out of the mapping.`,
    },
  ];
}

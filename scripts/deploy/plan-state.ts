import type { DeployInput } from './deploy-input.ts';
import type { Step } from './step.ts';

/** The account Terraform keeps its state in: without keys, with versions, readable for those who deploy. Made once. */
export function planState({ environment: { name, location }, options }: DeployInput): Step[] {
  const group = `rg-${name}-tfstate`;
  const account = ['--name', '<state_account>', '--resource-group', group, '--subscription', '<subscription>'];
  const help = 'It takes Contributor on the subscription; an account that exists already is used as it is.';
  return [
    {
      kind: 'command',
      title: 'Make the resource group of the state',
      command: [
        'az',
        'group',
        'create',
        '--name',
        group,
        '--location',
        location,
        '--subscription',
        '<subscription>',
        '--output',
        'none',
      ],
      unless: ['az', 'group', 'show', '--name', group, '--subscription', '<subscription>', '--output', 'none'],
      help,
    },
    {
      kind: 'command',
      title: 'Make the account of the state',
      command: [
        ...['az', 'storage', 'account', 'create', ...account, '--location', location, '--sku', 'Standard_ZRS'],
        ...['--allow-shared-key-access', 'false', '--allow-blob-public-access', 'false', '--min-tls-version', 'TLS1_2'],
        ...['--output', 'none'],
      ],
      unless: ['az', 'storage', 'account', 'show', ...account, '--output', 'none'],
      help,
    },
    {
      kind: 'command',
      title: 'Keep old versions of the state',
      command: [
        ...['az', 'storage', 'account', 'blob-service-properties', 'update', '--account-name', '<state_account>'],
        ...['--resource-group', group, '--subscription', '<subscription>', '--enable-versioning', 'true'],
        ...['--enable-delete-retention', 'true', '--delete-retention-days', '30', '--output', 'none'],
      ],
      help,
    },
    {
      kind: 'command',
      title: 'Let yourself read and write the state',
      command: [
        ...['az', 'role', 'assignment', 'create', '--role', 'Storage Blob Data Contributor', '--assignee', '<you>'],
        ...['--scope', `/subscriptions/<subscription>/resourceGroups/${group}`, '--output', 'none'],
      ],
      help: 'It takes the right to give roles.',
    },
    {
      kind: 'command',
      title: 'Make the container of the state',
      command: [
        ...['az', 'storage', 'container', 'create', '--auth-mode', 'login', '--account-name', '<state_account>'],
        ...['--name', 'tfstate', '--output', 'none'],
      ],
      tries: 10,
      help: 'The role needs some minutes to count.',
    },
    {
      kind: 'command',
      title: 'Prepare Terraform',
      command: [
        ...['terraform', '-chdir=infra', 'init', '-input=false', '-reconfigure'],
        `-backend-config=resource_group_name=${group}`,
        ...['-backend-config=storage_account_name=<state_account>', '-backend-config=container_name=tfstate'],
        `-backend-config=key=${options.environment}.tfstate`,
        ...['-backend-config=subscription_id=<subscription>', '-backend-config=use_azuread_auth=true'],
      ],
      tries: 3,
      help: 'It reaches the registry of Terraform for its providers, and the account of the state.',
    },
  ];
}

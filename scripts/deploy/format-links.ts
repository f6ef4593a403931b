import type { Facts } from './facts.ts';

/** What people need after a deployment: where to look, what to enter elsewhere, and how it begins. */
export function formatLinks(environment: string, facts: Facts): string {
  const links = [
    ['Workbook', facts.get('workbook_url')],
    ['Logs', facts.get('logs_url')],
    ['Traces', facts.get('traces_url')],
    ['Runs', facts.get('runner_executions_url')],
    ['Health', `${facts.get('functions_url')}/api/health`],
    ['Goes out from', facts.get('outbound_address')],
  ];
  const base = facts.get('webhook_base_url');
  return [
    ...links.filter(([, value]) => value).map(([name, value]) => `      ${name}: ${value}`),
    '',
    '      Next: move a Jira issue to its trigger status and watch it. Within a minute the agent says on it that work began.',
    `      Commands here, such as \`npx cmap board\`: npx cmap env add ${environment} --from-azure ${facts.get('function_app')} && npx cmap env use ${environment}`,
    `      Webhooks make it faster: ${base}/webhooks/gitlab and ${base}/webhooks/jira, with the secrets of the vault.`,
  ].join('\n');
}

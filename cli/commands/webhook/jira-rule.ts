import { JIRA_PATH } from './hook-address.ts';

/** A rule of Jira Automation that sends what happens to an issue; made by hand, since Jira has no API for it. */
export interface JiraRule {
  events: readonly string[];
  url: string;
  method: 'POST';
  /** The header that carries the secret, and the setting with its value. */
  header: 'X-Cmap-Secret';
  valueFrom: 'JIRA_WEBHOOK_SECRET';
  body: string;
}

export function buildJiraRule(appUrl: string): JiraRule {
  return {
    events: ['Issue created', 'Issue updated', 'Issue transitioned', 'Issue assigned', 'Issue commented'],
    url: `${appUrl}${JIRA_PATH}`,
    method: 'POST',
    header: 'X-Cmap-Secret',
    valueFrom: 'JIRA_WEBHOOK_SECRET',
    // Without a comment its id is empty, and the delivery is about the issue alone.
    body: '{"issue":{"key":"{{issue.key}}"},"comment":{"id":"{{comment.id}}"}}',
  };
}

export function formatJiraRule({ events, url, method, header, valueFrom, body }: JiraRule, isSet: boolean): string[] {
  return [
    'Jira: make this rule by hand (Automation > Create rule; a global rule serves all projects):',
    `  When     Multiple issue events: ${events.slice(0, 3).join(', ')},`,
    `           ${events.slice(3).join(', ')}`,
    '  Then     Send web request',
    `  URL      ${url}`,
    `  Method   ${method}`,
    `  Header   ${header}: the value of ${valueFrom}, marked as hidden${isSet ? '' : ' (not set here)'}`,
    '  Header   Content-Type: application/json',
    `  Body     Custom data: ${body}`,
  ];
}

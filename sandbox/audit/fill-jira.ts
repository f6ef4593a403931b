import type { SandboxJira } from '../jira/sandbox-jira.ts';

export const VERSION = '2.4.0';

/** The issues of the release, and those around it. */
export function fillJira(jira: SandboxJira): void {
  const earlier = '2.3.0';
  jira.addVersion('SHOP', earlier, { released: true, releaseDate: '2026-10-30' });
  jira.addVersion('SHOP', VERSION, { releaseDate: '2026-11-24' });
  const story = (summary: string, values: Partial<Parameters<SandboxJira['createIssue']>[0]> = {}) =>
    jira.createIssue({
      project: 'SHOP',
      summary,
      type: 'Story',
      status: 'Done',
      ...(values.status === undefined ? { resolution: 'Done' } : {}),
      assignee: 'ada',
      fixVersions: [VERSION],
      ...values,
    });
  story('Show prices with tax'); // SHOP-1
  story('Keep the basket for a week');
  story('Sort search results by price');
  story('Show a teaser on the first page');
  story('Round VAT per line'); // SHOP-5
  story('Fix the rounding of totals', { type: 'Bug' });
  story('Explain the new prices', { type: 'Documentation' });
  story('Limit requests per customer', { status: 'In Review' });
  story('Print receipts'); // SHOP-9
  story('Checkout', { type: 'Epic' });
  const mails = story('Move mails to a queue'); // SHOP-11
  story('Send again after an hour', { type: 'Sub-task', parent: mails, fixVersions: [] });
  const moved = jira.createIssue({ project: 'PAY', summary: 'Refund by instalments', type: 'Story', status: 'Done' });
  const now = jira.moveToProject(moved, 'SHOP'); // PAY-1 becomes SHOP-13
  jira.addFixVersion(now, VERSION);
}

import type { AuditReport } from '../report/audit-report.ts';
import type { Cell } from './table.ts';

/**
 * Links from the id of an issue, change or repository to the place in Jira or GitLab where the thing itself is; plain
 * text where none is known. A commit is named by its change, so the hundred thousands of them are in no index.
 */
export function rowAddresses(report: AuditReport): (id: string) => Cell {
  return (id) => {
    const addresses = known.get(report) ?? indexAddresses(report);
    known.set(report, addresses);
    return linked(id, addresses.get(id));
  };
}

/** Every table of a large report needs the same index, and only where its rows are walked through. */
const known = new WeakMap<AuditReport, ReadonlyMap<string, string>>();

function indexAddresses(report: AuditReport): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const { repository, url } of report.repositories) addresses.set(repository, url);
  for (const { key, url } of report.stories) addresses.set(key, url);
  for (const { id, url } of report.changes) addresses.set(id, url);
  return addresses;
}

/** A link where the address is one a browser opens, plain text otherwise: a report may hold what a service made up. */
export function linked(text: string, href: string | null | undefined): Cell {
  return href && /^https?:\/\//i.test(href) ? { text, href } : text;
}

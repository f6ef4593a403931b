import type { ChangeLink } from '../links/change-link.ts';
import { projectOf } from '../links/ticket-index.ts';
import type { JudgedChange } from '../release/judged-change.ts';
import type { Finding } from '../report/finding.ts';
import { sourceOf } from './change-rules.ts';
import { createFinding, type FindingSeed } from './create-finding.ts';

/** Tickets of a change that are not in the version, not known, not readable, or of a project outside the audit. */
export function checkTickets({ change, links }: JudgedChange, fixVersion: string): Finding[] {
  return links.flatMap((link) => {
    const said = link.row.covers ? describe(link, fixVersion) : undefined;
    if (!said) return [];
    const { key } = link.ticket;
    const sources = [sourceOf(change), ...(link.ticket.issue ? [link.ticket.issue.source] : [])];
    return [
      createFinding({ ...said, subject: { kind: 'change', id: change.id }, related: [key], about: key, sources }),
    ];
  });
}

function describe(link: ChangeLink, fixVersion: string): Pick<FindingSeed, 'rule' | 'detail' | 'next'> | undefined {
  const { key, status, issue } = link.ticket;
  const name = link.ticket.moved ? `${key} (written as ${link.row.written})` : key;
  switch (status) {
    case 'not-in-version': {
      // A change that was taken back leaves nothing of its ticket in the release.
      if (link.reverted) return undefined;
      const versions = issue?.fixVersions.map((version) => version.name) ?? [];
      return {
        rule: 'ticket-not-in-version',
        detail: `${name} has ${versions.length > 0 ? `the fix version ${versions.join(', ')}` : 'no fix version'}, not ${fixVersion}.`,
        next: `Set the fix version ${fixVersion} on ${key} (cmap audit fix), or take the change out of the release.`,
      };
    }
    case 'unknown':
      return {
        rule: 'ticket-unknown',
        detail: `Jira does not know ${name}.`,
        next: 'Correct the key in the title of the merge request.',
      };
    case 'forbidden':
      return {
        rule: 'ticket-forbidden',
        detail: `The account of the audit may not read ${name}.`,
        next: `Let the account of the audit browse ${projectOf(key)}.`,
      };
    case 'other-project':
      return {
        rule: 'ticket-of-other-project',
        detail: `${name} belongs to ${projectOf(key)}, which this audit does not cover.`,
        next: `Audit ${projectOf(key)} too: --project ${projectOf(key)}.`,
      };
    case 'in-version':
    case 'not-known':
      return undefined;
  }
}

import type { AuditChange } from '../changes/audit-change.ts';
import type { ReportLink } from '../report/link.ts';
import type { Ticket } from './ticket-index.ts';

/** A link between a change and a ticket, with what rules need beyond the row of the report. */
export interface ChangeLink {
  change: AuditChange;
  ticket: Ticket;
  row: ReportLink;
  /** Whether it stands for all commits of the change, not only for those that name the key. */
  whole: boolean;
  /** Whether any commit of the change that the link stands for still counts after reverts. */
  net: boolean;
  /** Whether it would, had its commits not been taken back. */
  reverted: boolean;
}

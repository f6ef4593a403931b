import type { JudgedCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';

/** What a run did to the branch. */
export interface DeliveredChange {
  kind: 'delivered';
  sha: string;
  summary: string;
  plan?: string;
  /** Where the ticket has acceptance criteria. */
  criteria?: JudgedCriteria;
  checks: string[];
  usage: Usage;
  rework: boolean;
  /** The newest request on the ticket that the session knew of. */
  seenRequest: string | undefined;
}

/** The agent left everything as it was. */
export interface NoChange {
  kind: 'nothing';
  summary: string;
  /** Markdown lines about what it made that cannot be committed. */
  leftOut: string[];
  question?: string;
  usage: Usage;
}

import type { JudgedCriteria } from '../../../shared/domain/criteria/judge-criteria.ts';
import type { Discussion } from '../../../shared/domain/ports/gitlab.ts';
import type { ReviewResult } from '../../../shared/domain/review/finding.ts';
import type { ReviewedPart } from '../../../shared/domain/review/format-summary-note.ts';
import type { FileLeftOut } from '../../../shared/domain/review/select-files.ts';
import type { Usage } from '../../../shared/domain/runs/outcome.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { MergeRequestRun } from '../run/merge-request-run.ts';
import type { ReviewTicket } from './find-ticket.ts';
import type { ReviewMaterial } from './prepare-review.ts';
import type { LookAtHead } from './while-head-stays.ts';

/** What the sessions of a review are about. */
export interface ReviewSession {
  run: MergeRequestRun;
  material: ReviewMaterial;
  workspace: Workspace;
  /** What stands on the merge request at this moment. */
  discussions: readonly Discussion[];
  /** Of the commit under review. */
  headSha: string;
  ticket: ReviewTicket | undefined;
  /** Of a bot, read without its lock files. */
  isDependencyUpdate: boolean;
  /** Asked before each part but the first. */
  look: LookAtHead;
}

/** What the agent says about a change, and what it did not read. */
export interface ReviewReport {
  result: ReviewResult;
  /** Where the ticket has acceptance criteria. */
  criteria?: JudgedCriteria;
  /** Of that ticket. */
  issueKey?: string;
  usage: Usage;
  /** Items of a review in prose that could not be read. */
  unreadable?: number;
  /** Those of them that are findings. */
  unreadableFindings?: number;
  /** Where the change was read in several. */
  parts?: readonly ReviewedPart[];
  /** Files that should have been read and were not. */
  missed?: readonly FileLeftOut[];
}

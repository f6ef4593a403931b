import type { AuditReport } from '../../../domain/audit/report/audit-report.ts';
import type { Binding } from '../../../domain/mapping/binding.ts';
import type { GitLab } from '../../../domain/ports/gitlab.ts';
import type { Jira } from '../../../domain/ports/jira.ts';
import type { Clock } from '../../../kernel/clock.ts';

/** What fixes are looked at and applied with. */
export interface FixDeps {
  report: AuditReport;
  bindings: readonly Binding[];
  jira: Jira;
  gitlabFor: (credentialRef: string) => Promise<GitLab>;
  /** Hides what looks like a credential in text that is copied from one service to the other. */
  mask: (text: string) => string;
  /** Name of the issue type of new tickets; one that needs code unless given. */
  issueType?: string | undefined;
  clock: Pick<Clock, 'now'>;
}

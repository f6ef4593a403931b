import type { AuditFacts } from '../facts/audit-facts.ts';

/** What is known of a release beside its repositories: what was asked for, what Jira and the run ledger say. */
export type ReleaseFacts = Omit<AuditFacts, 'repositories' | 'sources' | 'gaps' | 'calls' | 'callsFloor'>;

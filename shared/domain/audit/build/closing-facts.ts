import type { AuditFacts } from '../facts/audit-facts.ts';

/** What is known of a release when all of it was read. */
export type ClosingFacts = Pick<AuditFacts, 'sources' | 'gaps' | 'calls' | 'callsFloor'>;

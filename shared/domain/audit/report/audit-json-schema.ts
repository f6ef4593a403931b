import * as z from 'zod';
import { AuditReport } from './audit-report.ts';
import { AuditSummary } from './summary.ts';

/** JSON Schema (2020-12) of `audit.json`, as it is published in `docs/audit.schema.json`. */
export function auditJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(AuditReport, { io: 'output' });
}

/** JSON Schema (2020-12) of `audit-summary.json`, as it is published in `docs/audit-summary.schema.json`. */
export function auditSummaryJsonSchema(): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(AuditSummary, { io: 'output' });
}

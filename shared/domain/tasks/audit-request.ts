import * as z from 'zod';

const name = (max: number) => z.string().trim().min(1, 'must not be empty').max(max, `has more than ${max} characters`);

/**
 * A request for an audit as it comes over HTTP. Strict, so that a misspelt field is not silently left out of an audit.
 */
export const AuditRequest = z.strictObject({
  fixVersion: name(255),
  projects: z
    .array(z.string().regex(/^[A-Z][A-Z0-9_]{0,49}$/, 'must be keys of Jira projects such as PROJ'))
    .max(20, 'has more than 20 entries')
    .default([]),
  repositories: z.array(name(300)).max(50, 'has more than 50 entries').default([]),
  from: name(255).optional(),
  to: name(255).optional(),
  environment: name(255).optional(),
  scope: z
    .record(z.string().regex(/^[\w.-]{1,50}$/, 'must have names of letters, digits, . _ and -'), name(200))
    .refine((scope) => Object.keys(scope).length <= 20, 'has more than 20 entries')
    .default({}),
});
export type AuditRequest = z.infer<typeof AuditRequest>;

import * as z from 'zod';

/** Raised when a field changes its meaning or goes; a field more is no new version. */
export const REPORT_VERSION = 1;

/** What `cmap doctor --json` prints. */
export const DoctorReport = z
  .object({
    ok: z.boolean().describe('False when any check has the level FAIL; the exit code is 1 then'),
    schemaVersion: z.literal(REPORT_VERSION),
    checks: z.array(
      z.object({
        level: z.enum(['OK', 'WARN', 'FAIL']),
        about: z
          .string()
          .describe(
            'What was looked at: map, an image, storage queue, key vault, model, the name of a secret, a Jira project',
          ),
        finding: z.string().describe('What was found and, when it is wrong, what to do; never a value of a secret'),
      }),
    ),
  })
  .meta({ title: 'cmap doctor --json' });
export type DoctorReport = z.infer<typeof DoctorReport>;

/** The JSON Schema (draft 2020-12) of the report, as it is published in `docs/doctor.schema.json`. */
export function doctorJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(DoctorReport, { target: 'draft-2020-12' });
}

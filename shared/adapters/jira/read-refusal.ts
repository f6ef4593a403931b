import * as z from 'zod';

const Refusal = z.object({
  errorMessages: z.array(z.string()).catch([]),
  errors: z.record(z.string(), z.string()).catch({}),
});

/** What Jira says about a refusal: its messages, then each field with its own; empty when it says nothing. */
export function readRefusal(body: unknown): string {
  const refusal = Refusal.safeParse(body);
  if (!refusal.success) return '';
  const fields = Object.entries(refusal.data.errors).map(([field, message]) => `${field}: ${message}`);
  return [...refusal.data.errorMessages, ...fields].join('; ');
}

import type * as z from 'zod';

import { UsageError } from './usage-error.ts';

/**
 * Checks what the command line gave before a command sees it.
 *
 * @throws {UsageError} naming the first option that does not fit
 */
export function readOptions<Schema extends z.ZodType>(
  schema: Schema,
  raw: Readonly<Record<string, unknown>>,
): z.infer<Schema> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;

  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0] ?? '');
  const value = raw[name];
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (Array.isArray(value)) throw new UsageError(`${flag} is given more than once`);
  if (issue?.code === 'invalid_type' && typeof value === 'boolean') throw new UsageError(`${flag} needs a value`);
  if (issue?.code === 'invalid_type' && issue.expected === 'boolean') throw new UsageError(`${flag} takes no value`);
  throw new UsageError(`${flag}: ${issue?.message ?? 'not understood'}`);
}

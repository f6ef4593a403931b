import * as z from 'zod';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { oneLine } from '../../../shared/kernel/text/one-line.ts';
import { waitAtMost } from '../../../shared/kernel/waits.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { createTools, type Tools } from '../../clients/tools.ts';
import type { CliIO } from '../../io/io.ts';
import { keepValues } from './keep-values.ts';
import { type CompletedValue, readValues } from './read-values.ts';

export const CompleteOptions = z.object({
  kind: z.enum(['projects', 'runs', 'subjects', 'messages', 'claims', 'queries']),
});
export type CompleteOptions = z.infer<typeof CompleteOptions>;

/** A person at a prompt waits no longer for a key press. */
const MOST_MS = 2500;

/**
 * Prints what may be typed next, one a line, with what it is after a tab. Where settings are missing, storage is away
 * or no person is signed in, it says nothing, and takes no longer than a person waits.
 */
export async function complete(
  { kind }: CompleteOptions,
  io: CliIO,
  tools: Pick<Tools, 'storage' | 'bindings'> = createTools({ ...io, warn: () => {} }),
): Promise<number> {
  const read = () => waitAtMost(MOST_MS, orNothing(readValues(kind, { tools, env: io.env })), io.clock);
  const lines = (await keepValues(`${kind}\n${nameDeployment(io)}`, read, io))
    .filter(({ value }) => isPlain(kind === 'queries' ? value.replace(/^[a-z]+:<?/, '') : value))
    .map(toLine);
  if (lines.length > 0) io.print(lines.join('\n'));
  return 0;
}

async function orNothing(values: Promise<CompletedValue[]>): Promise<CompletedValue[] | undefined> {
  try {
    return await values;
  } catch (error) {
    if (error instanceof UsageError || error instanceof TaskError) return undefined;
    throw error;
  }
}

/** Two deployments never complete each other's ids, whether an environment or the shell names them. */
function nameDeployment({ env, environment }: Pick<CliIO, 'env' | 'environment'>): string {
  const settings = Object.entries(env).filter(([name]) => /^(AzureWebJobsStorage|JIRA_PROJECT_MAP)/i.test(name));
  return JSON.stringify([environment?.name, settings.toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Names that shells take as one word or that they can quote; others are left to the person. */
function isPlain(value: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N} _./!~@+-]*$/u.test(value);
}

function toLine({ value, about }: CompletedValue): string {
  return `${value}\t${oneLine(about)}`;
}

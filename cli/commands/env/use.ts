import * as z from 'zod';
import { UsageError } from '../../arguments/usage-error.ts';
import { findEnvironment } from '../../environments/choose-environment.ts';
import { changeEnvironments } from '../../environments/environments-file.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';

export const EnvUseOptions = z.object({
  environment: z.string().optional(),
  none: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type EnvUseOptions = z.infer<typeof EnvUseOptions>;

/** Has commands work on an environment, or on none. @throws {UsageError} when there is none of that name */
export async function envUse({ environment, none, json }: EnvUseOptions, io: CliIO): Promise<number> {
  if (none === (environment !== undefined)) {
    throw new UsageError('env use needs the name of an environment, or --none; `cmap env list` shows them');
  }
  await changeEnvironments((before) => {
    if (environment === undefined) return { byName: before.byName };
    findEnvironment(environment, before);
    return { ...before, current: environment };
  }, io);
  const variable = io.shell['CMAP_ENV']?.trim();
  if (variable && variable !== environment) {
    io.warn(`cmap: CMAP_ENV is set to ${JSON.stringify(variable)} in this shell and wins until it is removed`);
  }
  const text = () => (environment === undefined ? 'no environment is in use' : `${environment} is in use`);
  return answer({ json, document: { current: environment ?? null }, text }, io);
}

import * as z from 'zod';
import { findEnvironment } from '../../environments/choose-environment.ts';
import { changeEnvironments, withoutEnvironment } from '../../environments/environments-file.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';

export const EnvRemoveOptions = z.object({ environment: z.string(), json: z.boolean().default(false) });
export type EnvRemoveOptions = z.infer<typeof EnvRemoveOptions>;

/** Forgets an environment; one that was in use leaves none in use. @throws {UsageError} when there is none */
export async function envRemove({ environment, json }: EnvRemoveOptions, io: CliIO): Promise<number> {
  let wasCurrent = false;
  await changeEnvironments((before) => {
    findEnvironment(environment, before);
    wasCurrent = before.current === environment;
    return withoutEnvironment(environment, before);
  }, io);
  const text = () => `${environment} is removed${wasCurrent ? '; no environment is in use now' : ''}`;
  return answer({ json, document: { removed: environment, wasCurrent }, text }, io);
}

import * as z from 'zod';
import { fitText } from '../../../shared/kernel/text/fit-text.ts';
import { UsageError } from '../../arguments/usage-error.ts';
import { chooseEnvironment, chooseName, findEnvironment } from '../../environments/choose-environment.ts';
import { readEnvironments, type StoredEnvironment } from '../../environments/environments-file.ts';
import { describeReference } from '../../environments/open-environment.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';

export const EnvShowOptions = z.object({
  environment: z.string().optional(),
  env: z.string().optional(),
  json: z.boolean().default(false),
});
export type EnvShowOptions = z.infer<typeof EnvShowOptions>;

/**
 * Shows what is kept of an environment; without a name, of the one that commands work on. No secret is read.
 * @throws {UsageError} when there is none
 */
export async function envShow({ environment, env, json }: EnvShowOptions, io: CliIO): Promise<number> {
  const { name, stored, chosenBy } = await choose(environment, env, io);
  const overridden = [...Object.keys(stored.settings), ...Object.keys(stored.secrets)].filter((setting) =>
    io.shell[setting]?.trim(),
  );
  const document = { name, ...(chosenBy === undefined ? {} : { chosenBy }), ...stored, overridden };
  const text = () => [
    [name, chosenBy && `in use by ${chosenBy}`, stored.from && `from ${stored.from}`].filter(Boolean).join(', '),
    ...(stored.file === undefined ? [] : [`more settings in ${stored.file}`]),
    '',
    formatTable(['SETTING', 'VALUE', ''], toRows(stored, overridden), { ...io, cut: ['VALUE'] }),
  ];
  return answer({ json, document, text }, io);
}

async function choose(environment: string | undefined, env: string | undefined, io: CliIO) {
  const environments = await readEnvironments(io);
  if (environment === undefined) {
    const chosen = chooseEnvironment(env, environments, io);
    if (chosen) return chosen;
    throw new UsageError('no environment is in use: name one of `cmap env list`');
  }
  const chosen = chooseName(env, environments, io);
  const chosenBy = chosen?.name === environment ? chosen.chosenBy : undefined;
  return { name: environment, stored: findEnvironment(environment, environments), chosenBy };
}

function toRows({ settings, secrets }: StoredEnvironment, overridden: readonly string[]): string[][] {
  const rows = [
    ...Object.entries(settings),
    ...Object.entries(secrets).map(([name, reference]) => [name, `secret ${describeReference(reference)}`] as const),
  ].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return rows.map(([name, value]) => [
    name,
    fitText(value, LONGEST),
    overridden.includes(name) ? 'set in the shell, which wins' : '',
  ]);
}

/** A project map as text is long; `--json` has all of it. */
const LONGEST = 100;

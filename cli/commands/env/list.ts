import * as z from 'zod';
import { chooseName } from '../../environments/choose-environment.ts';
import { type Environments, readEnvironments } from '../../environments/environments-file.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { formatTable } from '../../output/format-table.ts';

export const EnvListOptions = z.object({ env: z.string().optional(), json: z.boolean().default(false) });
export type EnvListOptions = z.infer<typeof EnvListOptions>;

/** Lists the environments of this person, the one that commands work on marked. */
export async function envList({ env, json }: EnvListOptions, io: CliIO): Promise<number> {
  const environments = await readEnvironments(io);
  const chosen = chooseName(env, environments, io)?.name;
  const entries = list(environments, chosen);
  const rows = entries.map(({ name, inUse, from = '', settings, secrets }) => [
    inUse ? '*' : '',
    name,
    String(settings),
    String(secrets),
    from,
  ]);
  const text = () =>
    entries.length === 0
      ? 'there is none; `cmap env add NAME --from-azure APP` adds one'
      : formatTable(['', 'NAME', 'SETTINGS', 'SECRETS', 'FROM'], rows, io);
  return answer({ json, document: { environments: entries }, text }, io);
}

function list({ byName, current }: Environments, chosen: string | undefined) {
  return [...byName].map(([name, { from, settings, secrets }]) => ({
    name,
    inUse: name === chosen,
    current: name === current,
    ...(from === undefined ? {} : { from }),
    settings: Object.keys(settings).length,
    secrets: Object.keys(secrets).length,
  }));
}

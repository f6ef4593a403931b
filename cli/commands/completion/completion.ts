import * as z from 'zod';
import { UsageError } from '../../arguments/usage-error.ts';
import type { Command } from '../../command-line/command.ts';
import type { CliIO } from '../../io/io.ts';
import { answer } from '../../output/answer.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { listPlaces, type Place } from './list-places.ts';
import { pwshScript } from './pwsh.ts';
import { zshScript } from './zsh.ts';

export const CompletionOptions = z.object({ shell: z.string(), json: z.boolean().default(false) });
export type CompletionOptions = z.infer<typeof CompletionOptions>;

const SCRIPTS: Readonly<Record<string, (places: readonly Place[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  pwsh: pwshScript,
};

/**
 * Prints the script of one shell. For commands, options and environments it starts no program; for what a deployment
 * holds it starts `cmap` with a time limit.
 * @throws {UsageError} for another shell
 */
export async function completion(
  { shell, json }: CompletionOptions,
  commands: readonly Command[],
  io: CliIO,
): Promise<number> {
  const write = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
  if (!write) {
    throw new UsageError(
      `there is no completion for ${JSON.stringify(shell)}; write one of ${Object.keys(SCRIPTS).join(', ')}`,
    );
  }
  const script = write(listPlaces(commands));
  return answer({ json, document: { shell, script }, text: () => script, verbatim: true }, io);
}

import type * as z from 'zod';
import type { SettingsPlan, SettingsProblem } from '../../shared/app/settings/read-settings.ts';
import { readSettings } from '../../shared/app/settings/read-settings.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';

/** Settings of one tool out of an environment. @throws {UsageError} naming every one that is missing or wrong */
export function readToolSettings<Shape extends z.ZodObject, Settings>(
  plan: SettingsPlan<Shape, Settings>,
  env: CliIO['env'],
): Settings {
  const result = readSettings(plan, env);
  if (result.ok) return result.settings;
  throw new UsageError(result.problems.map(describe).join(' '));
}

function describe({ name, kind, message, fix }: SettingsProblem): string {
  return kind === 'unresolved-reference' ? `${name} ${ONLY_IN_AZURE}.` : `${message} ${fix}`.trim();
}

/** What is to be said of a reference that stands in the shell; completes the sentence that begins with the name. */
export const ONLY_IN_AZURE =
  'is a reference to a Key Vault, which only Azure resolves: remove it here and run `cmap env add NAME --from-azure APP`, which reads the secret when it is needed, or set its value';

/**
 * The same with the values of those secrets of the named environment that the plan has a use for; no other secret is
 * asked for.
 */
export async function readToolSecrets<Shape extends z.ZodObject, Settings>(
  plan: SettingsPlan<Shape, Settings>,
  io: Pick<CliIO, 'env' | 'environment' | 'environmentNames' | 'environments'>,
): Promise<Settings> {
  const env = await withSecrets(Object.keys(plan.schema.shape), io);
  try {
    return readToolSettings(plan, env);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new MissingSettingsError(error.message, { offer: offerEnvironments(io), cause: error });
  }
}

/** Settings are missing here, and may stand elsewhere: `offer` is the sentence that says where, also for other ones. */
export class MissingSettingsError extends UsageError {
  /** What is missing, without the offer. */
  readonly missing: string;
  /** Empty where there is none. */
  readonly offer: string;

  constructor(missing: string, { offer, cause }: { offer: string; cause: unknown }) {
    super([missing, offer].filter((sentence) => sentence !== '').join(' '), { cause });
    this.missing = missing;
    this.offer = offer;
  }
}

/** A person has rarely set variables by hand: they have environments, or have not heard of them yet. */
function offerEnvironments({
  environment,
  environmentNames = [],
  environments,
}: Pick<CliIO, 'environment' | 'environmentNames' | 'environments'>): string {
  if (environment) return '';
  if (environmentNames.length === 0)
    return environments ? 'Or name the deployment once, which has them: `cmap env add NAME --from-azure APP`.' : '';
  const names = environmentNames.join(', ');
  return `Or name an environment, which has them: --env ${environmentNames[0]}${environmentNames.length > 1 ? ` (there are ${names})` : ''}.`;
}

/** The environment with the values of those of `names` that stand in a Key Vault. */
export async function withSecrets(
  names: readonly string[],
  { env, environment }: Pick<CliIO, 'env' | 'environment'>,
): Promise<CliIO['env']> {
  if (!environment) return env;
  const wanted = names.filter((name) => env[name] !== undefined && environment.references.has(name));
  const values = await Promise.all(wanted.map(async (name) => [name, (await environment.readSecret(name)).reveal()]));
  return { ...env, ...Object.fromEntries(values) };
}

import type { Binding } from '../../../shared/domain/mapping/binding.ts';
import { createRedactor } from '../../../shared/kernel/redaction/redact.ts';
import type { RunnerDeps } from '../run/runner-deps.ts';

/**
 * The variables of the binding's `validate` command with their values; the redactor knows each secret from then on
 * that is no ordinary word.
 * Read also before a session begins: what is missing should not be found when a model has done its work.
 * @throws {TaskError} `credential-unknown`, `key-vault-*`
 */
export async function readVariables(
  { validateEnv = {} }: Pick<Binding, 'validateEnv'>,
  { validateSecretFor }: Pick<RunnerDeps, 'validateSecretFor'>,
): Promise<Record<string, string>> {
  const variables = Object.entries(validateEnv).map(
    async ([name, value]): Promise<[string, string]> => [
      name,
      typeof value === 'string' ? value : (await validateSecretFor(value.secretRef)).reveal(),
    ],
  );
  return Object.fromEntries(await Promise.all(variables));
}

/**
 * The output of `validate` without the secrets it was given, weak ones included: in this text a word such as `postgres`
 * may be the password.
 */
export function hideVariables(
  output: string,
  { validateEnv = {} }: Pick<Binding, 'validateEnv'>,
  values: Readonly<Record<string, string>>,
): string {
  const redactor = createRedactor();
  for (const [name, value] of Object.entries(validateEnv))
    if (typeof value !== 'string') redactor.add(values[name] ?? '');
  return redactor.maskKnown(output);
}

import * as z from 'zod/mini';

import type { Environment } from '../../adapters/key-vault/environment-credentials.ts';
import { isUnresolvedReference } from '../../adapters/key-vault/key-vault-reference.ts';
import { getSettingFacts } from './setting.ts';

export interface SettingsProblem {
  name: string;
  kind: 'missing' | 'invalid' | 'unresolved-reference';
  /** `GITLAB_URL must begin with https://`: never the value. */
  message: string;
  description: string;
  /** What to do. */
  fix: string;
}

export type SettingsResult<Settings> = { ok: true; settings: Settings } | { ok: false; problems: SettingsProblem[] };

/** A check over several settings: `isSet` says which are there, so that it works also while others are wrong. */
export type SettingsRule = (isSet: (name: string) => boolean, environment: Environment) => SettingsProblem[];

export interface SettingsPlan<Shape extends z.core.$ZodObject, Settings> {
  schema: Shape;
  rules: readonly SettingsRule[];
  build: (values: z.output<Shape>, environment: Environment) => Settings;
}

/** Reads the settings of a process, or lists everything that is wrong with them, sorted by name. */
export function readSettings<Shape extends z.core.$ZodObject, Settings>(
  plan: SettingsPlan<Shape, Settings>,
  environment: Environment,
): SettingsResult<Settings> {
  const present = readTexts(environment);
  const unresolved = Object.keys(plan.schema._zod.def.shape).filter((name) =>
    isUnresolvedReference(present[name] ?? ''),
  );
  const texts = Object.fromEntries(Object.entries(present).filter(([name]) => !unresolved.includes(name)));
  const { values, issues } = readFields(plan.schema, texts);

  const problems = [
    ...unresolved.map((name) => describeProblem(plan.schema, name, 'unresolved-reference')),
    ...issues
      .filter(({ name }) => !unresolved.includes(name))
      .map(({ name, message }) => describeProblem(plan.schema, name, name in texts ? 'invalid' : 'missing', message)),
    ...plan.rules.flatMap((rule) => rule((name) => name in present, present)),
  ];
  if (values === undefined || problems.length > 0) return { ok: false, problems: sortOnce(problems) };
  return { ok: true, settings: plan.build(values, texts) };
}

/**
 * What the whole schema would read, field by field: where an optional setting is absent, as most are, its schema is not
 * even built.
 */
function readFields<Shape extends z.core.$ZodObject>(
  schema: Shape,
  texts: Record<string, string>,
): { values?: z.output<Shape>; issues: { name: string; message: string }[] } {
  const values: Record<string, unknown> = {};
  const issues: { name: string; message: string }[] = [];
  for (const [name, field] of Object.entries(schema._zod.def.shape)) {
    const text = texts[name];
    if (text === undefined && field._zod.def.type === 'optional') continue;
    // Compiling a schema pays from the second parse on, and there is none.
    const parsed = z.safeParse(field, text, { jitless: true });
    if (parsed.success) values[name] = parsed.data;
    else issues.push(...parsed.error.issues.map(({ message }) => ({ name, message })));
  }
  if (issues.length > 0) return { issues };
  return { values: values as z.output<Shape>, issues }; // Every field of the shape was read by its schema.
}

/** Empty means absent, everywhere: Terraform and Compose pass "" for what is not set. */
function readTexts(environment: Environment): Record<string, string> {
  const entries = Object.entries(environment).map(([name, text]) => [name, text?.trim() ?? ''] as const);
  return Object.fromEntries(entries.filter(([, text]) => text !== ''));
}

/** A problem with one setting in the words of its facts. `detail` completes the sentence that begins with the name. */
export function describeProblem(
  schema: z.core.$ZodObject,
  name: string,
  kind: SettingsProblem['kind'],
  detail?: string,
): SettingsProblem {
  const field = schema._zod.def.shape[name];
  const { description, fix } = field ? getSettingFacts(field) : { description: '', fix: 'Correct the value.' };
  const sentence = {
    missing: `${name} is missing.`,
    invalid: `${name} ${detail ?? 'is not valid'}.`,
    'unresolved-reference': `${name} still holds the text of its Key Vault reference: the platform could not resolve it.`,
  }[kind];
  const referenceFix =
    "Check the secret's name in the reference and give the identity the role Key Vault Secrets User.";
  return { name, kind, message: sentence, description, fix: kind === 'unresolved-reference' ? referenceFix : fix };
}

/** One report per setting: what a rule adds to a setting that is already named would only repeat it. */
function sortOnce(problems: readonly SettingsProblem[]): SettingsProblem[] {
  const byName = new Map(problems.toReversed().map((problem) => [problem.name, problem]));
  return [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

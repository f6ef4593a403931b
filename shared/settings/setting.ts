import { z } from 'zod';

/** What people need to know of one setting: the documentation and every problem report are built from it. */
export interface SettingFacts {
  /** What it is for, one sentence. */
  description: string;
  /** What to do when it is missing or wrong, one sentence. */
  fix: string;
  /** When an optional setting is needed after all: `with JIRA_URL`. */
  requiredWhen?: string;
  /** As text, like it would stand in the environment. */
  default?: string;
}

const facts = z.registry<SettingFacts>();

/** A setting without which the process does not start. */
export function required<S extends z.ZodType<unknown, string>>(text: S, about: SettingFacts): S {
  const schema = text.clone(); // the schema of a text is shared by many settings
  facts.add(schema, about);
  return schema;
}

/** A setting that may be absent. */
export function optional<S extends z.ZodType<unknown, string>>(text: S, about: SettingFacts): z.ZodOptional<S> {
  const schema = text.optional();
  facts.add(schema, about);
  return schema;
}

/** A setting with a value of its own when it is absent. */
export function withDefault<S extends z.ZodType<unknown, string>>(
  text: S,
  about: SettingFacts & { default: string },
): z.ZodPrefault<S> {
  // `about.default` is text; the schema turns it into the same thing as text from the environment.
  const schema = z.prefault(text, about.default as z.input<S>);
  facts.add(schema, about);
  return schema;
}

/** What `required`, `optional` or `withDefault` was told about a schema. */
export function getSettingFacts(schema: z.core.$ZodType): SettingFacts {
  return facts.get(schema) ?? { description: '', fix: 'Correct the value.' };
}

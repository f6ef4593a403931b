import * as z from 'zod/mini';

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

/**
 * A schema from the text of an environment variable to what it means. Made with `zod/mini`: the functions app reads its
 * settings before it can serve anything, and loading all of zod takes longer than everything else it does until then.
 */
export type TextSchema = z.ZodMiniType<unknown, string>;

const facts = z.registry<SettingFacts>();

/** A setting without which the process does not start. */
export function required<S extends TextSchema>(text: S, about: SettingFacts): S {
  const schema = z.clone(text); // the schema of a text is shared by many settings
  facts.add(schema, about);
  return schema;
}

/** A setting that may be absent. */
export function optional<S extends TextSchema>(text: S, about: SettingFacts): z.ZodMiniOptional<S> {
  const schema = z.optional(text);
  facts.add(schema, about);
  return schema;
}

/** A setting with a value of its own when it is absent. */
export function withDefault<S extends TextSchema>(
  text: S,
  about: SettingFacts & { default: string },
): z.ZodMiniPrefault<S> {
  // `about.default` is text; the schema turns it into the same thing as text from the environment.
  const schema = z.prefault(text, about.default as z.input<S>);
  facts.add(schema, about);
  return schema;
}

/** What `required`, `optional` or `withDefault` was given about a schema. */
export function getSettingFacts(schema: z.core.$ZodType): SettingFacts {
  return facts.get(schema) ?? { description: '', fix: 'Correct the value.' };
}

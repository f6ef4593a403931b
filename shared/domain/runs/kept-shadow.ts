import * as z from 'zod';
import { parseJson } from '../../kernel/parse-json.ts';
import { type WithoutUndefined, withoutUndefined } from '../../kernel/without-undefined.ts';
import { RunResultSchema } from './run-schema.ts';

/** What a run in shadow has to say, as it is kept with the run. */
const KeptShadow = z.object({
  version: z.literal(1),
  /** Markdown. */
  markdown: z.string(),
  result: RunResultSchema(),
  /** Absent where nothing was changed. */
  patch: z
    .object({
      path: z.string(),
      /** As it is called on the ticket. */
      name: z.string(),
      /** What is to be known before it is applied; Markdown. */
      remarks: z.array(z.string()),
    })
    .optional(),
});
export type KeptShadow = WithoutUndefined<z.infer<typeof KeptShadow>>;

/** `undefined` for what is none, or of a version that this one does not know. */
export function parseKeptShadow(text: string): KeptShadow | undefined {
  const parsed = KeptShadow.safeParse(parseJson(text));
  return parsed.success ? withoutUndefined(parsed.data) : undefined;
}

import * as z from 'zod';
import type { ErrorCode } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { type WithoutUndefined, withoutUndefined } from '../../kernel/without-undefined.ts';
import { findListed, toListedFields } from './listed-fields.ts';
import type { RunEvent } from './run.ts';

/** A file that one rule of the gate refused. */
const RefusedFile = z.object({
  path: z.string(),
  /** A `GateRule`. */
  rule: z.string(),
  /** What it was, by its kind and the id of its blob, where it passes only as that. */
  content: z.string().optional(),
  /** No person lets it pass. */
  never: z.literal(true).optional(),
});
export type RefusedFile = WithoutUndefined<z.infer<typeof RefusedFile>>;

/** A file, and the one rule that a person lets it pass, where its content matters with the one they have read. */
export const AllowedFile = RefusedFile.omit({ never: true });
export type AllowedFile = WithoutUndefined<z.infer<typeof AllowedFile>>;

/** Where the work of a run is that was refused to its end. */
export type KeptPlace =
  | { kind: 'branch'; branch: string; sha: string }
  /** On the ticket, by its name there. */
  | { kind: 'patch'; name: string }
  | { kind: 'nowhere' };

/** What the record of a run says of work that was refused to its end. */
export interface RefusedWork {
  files: RefusedFile[];
  /** Files that did not fit into the record. */
  more: number;
  kept: KeptPlace;
  /** SHA-256 of the patch that can be applied as it is; absent where there is none. */
  digest?: string;
}

/** The stage by which a run records it. */
export const REFUSED = 'refused';

/** The fields of the stage `refused`, which `findRefusedWork` reads. */
export function toRefusedFields({ files, more, kept, digest }: RefusedWork): Record<string, string | number> {
  const { fields, left } = toListedFields(files);
  return {
    kept: kept.kind,
    ...(kept.kind === 'branch' ? { branch: kept.branch, sha: kept.sha } : {}),
    ...(kept.kind === 'patch' ? { name: kept.name } : {}),
    ...(digest === undefined ? {} : { digest }),
    ...(more + left > 0 ? { more: more + left } : {}),
    ...fields,
  };
}

/** What a run has recorded last; `undefined` where nothing of it was refused to its end. */
export function findRefusedWork(events: readonly Pick<RunEvent, 'name' | 'fields'>[]): RefusedWork | undefined {
  const fields = events.findLast(({ name }) => name === REFUSED)?.fields;
  if (!fields) return undefined;
  const { digest, more } = fields;
  return {
    files: findListed(fields, RefusedFile).map(withoutUndefined),
    more: typeof more === 'number' ? more : 0,
    kept: readPlace(fields),
    ...(typeof digest === 'string' ? { digest } : {}),
  };
}

function readPlace({ kept, branch, sha, name }: NonNullable<RunEvent['fields']>): KeptPlace {
  if (kept === 'branch' && typeof branch === 'string' && typeof sha === 'string')
    return { kind: 'branch', branch, sha };
  if (kept === 'patch' && typeof name === 'string') return { kind: 'patch', name };
  return { kind: 'nowhere' };
}

/** What refused work is delivered from where a person lets it pass, as it is kept with the run. */
const KeptRefused = z.object({
  version: z.literal(1),
  /** As `git apply` reads it, with binary files. */
  patch: z.string(),
  /** Of the result of the session. */
  summary: z.string(),
  plan: z.string().optional(),
  /** Lines for the report: what the agent says it ran. */
  checks: z.array(z.string()),
});
export type KeptRefused = WithoutUndefined<z.infer<typeof KeptRefused>>;

/** `undefined` for what is none, or of a version that this one does not know. */
export function parseKeptRefused(text: string): KeptRefused | undefined {
  const parsed = KeptRefused.safeParse(parseJson(text));
  return parsed.success ? withoutUndefined(parsed.data) : undefined;
}

/** How a run ends whose work was refused. */
export function isRefusalCode(code: string | undefined): boolean {
  return REFUSALS.some((one) => one === code);
}

const REFUSALS: readonly ErrorCode[] = ['change-refused', 'validation-failed', 'rebase-conflict'];

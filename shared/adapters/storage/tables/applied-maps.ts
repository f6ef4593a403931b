import * as z from 'zod';
import type { Binding } from '../../../domain/mapping/binding.ts';
import type {
  AppliedMap,
  AppliedMaps,
  AppliedMapVersion,
  CheckedMap,
  MapRefusal,
} from '../../../domain/ports/applied-maps.ts';
import type { Artefacts } from '../../../domain/ports/artefacts.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { compareAndSet, LOST } from '../../../kernel/compare-and-set.ts';
import { lazily } from '../../../kernel/lazily.ts';
import { sha256 } from '../../../kernel/sha256.ts';
import { fitText } from '../../../kernel/text/fit-text.ts';
import { createJsonRows } from './json-rows.ts';
import type { Fields, Rows } from './rows.ts';
import { buildKeyRange, buildTableKey } from './table-key.ts';

const NAME = 'map-in-force';
/** Where version 0.1.0 kept which map is in force: a pointer to an artefact. */
const EARLIER_NAME = 'applied-map';
const EarlierPointer = lazily(() => z.object({ generation: z.int(), path: z.string() }));
const TEXTS = 'config-map-texts';
const CHECKED = 'config-map-checked';
/** Below the limit of a table property in characters. */
const PART_LENGTH = 30_000;
const MAX_PROBLEMS = 20;
const MAX_PROBLEM_LENGTH = 500;

const Version = lazily(() =>
  z.object({
    generation: z.int(),
    appliedAt: z.number(),
    setting: z.string().optional(),
    hasEarlierRuns: z.literal(true).optional(),
    digest: z.string(),
    parts: z.int(),
  }),
);
type Version = z.infer<ReturnType<typeof Version>>;

const Refusal = lazily(
  (): z.ZodType<MapRefusal> =>
    z.object({
      at: z.number(),
      problems: z.array(z.object({ where: z.string(), message: z.string() })),
    }),
);

export interface AppliedMapsDeps {
  rows: Rows;
  artefacts: Pick<Artefacts, 'find'>;
  clock: Pick<Clock, 'sleep'>;
  redact: (text: string) => string;
}

/**
 * The map in force as a small row that is read often, and its text in rows of its own, because a large map does not fit
 * into one. Tables and not artefacts: those are deleted after a while. Texts are written first and named by generation,
 * so that the small row never points to one that is not whole; those of the map before are removed last. What a program
 * has understood of the map stands beside it, by the rules it was checked with, and is believed while it is whole.
 */
export function createAppliedMaps({ rows, artefacts, clock, redact }: AppliedMapsDeps): AppliedMaps {
  const versions = createJsonRows(rows, 'config-maps', Version);
  const pointers = createJsonRows(rows, 'config-maps', EarlierPointer);
  const refusals = createJsonRows(rows, 'config-map-refusals', Refusal);

  const readText = async ({ generation, digest, parts }: Version): Promise<string | undefined> => {
    const texts: string[] = [];
    for await (const { fields } of rows.list(TEXTS, buildKeyRange(generation, digest)))
      texts.push(String(fields['text']));
    return texts.length === parts ? texts.join('') : undefined;
  };

  /** What every release has understood of it goes with it. */
  const removeText = async ({ generation, digest }: Version): Promise<void> => {
    for (const partition of [TEXTS, CHECKED]) {
      const keys: string[] = [];
      for await (const { key } of rows.list(partition, buildKeyRange(generation, digest))) keys.push(key);
      for (const key of keys) await rows.write(partition, [{ kind: 'remove', key }]);
    }
  };

  const readChecked = async (
    { generation, digest }: Version,
    rules: string,
  ): Promise<Pick<CheckedMap, 'bindings' | 'source'> | undefined> => {
    const parts: Fields[] = [];
    for await (const { fields } of rows.list(CHECKED, buildKeyRange(generation, digest, rules))) parts.push(fields);
    const [first] = parts;
    // A text that was longer once may have left parts behind.
    const text = parts
      .slice(0, Number(first?.['parts'] ?? 0))
      .map((fields) => String(fields['text']))
      .join('');
    const source = first?.['source'] === undefined ? undefined : String(first['source']);
    if (first?.['sha256'] !== digestChecked(text, source)) return undefined;
    // Written by this code, whole as it was: the digest says so.
    const bindings = JSON.parse(text) as Binding[];
    return { bindings, ...(source === undefined ? {} : { source }) };
  };

  const findEarlier = async (): Promise<AppliedMap | undefined> => {
    const pointer = (await pointers.find(EARLIER_NAME))?.value;
    const json = pointer && (await artefacts.find(pointer.path));
    if (!pointer || json === undefined) return undefined;
    return { generation: pointer.generation, appliedAt: 0, hasEarlierRuns: true, json, isFromEarlierRow: true };
  };

  /** A map that 0.1.0 put in force after ours, where a deployment went back to it for a while. */
  const findLater = async ({ generation, hasEarlierRuns }: Version): Promise<AppliedMap | undefined> => {
    const earlier = hasEarlierRuns && (await findEarlier());
    return earlier && earlier.generation > generation ? earlier : undefined;
  };

  /** Asked once in the life of a deployment: every release sweeps, and notes when it purged last. */
  const isInUse = async () => (await rows.find('watermarks', buildTableKey('purge'))) !== undefined;

  return {
    async findVersion() {
      const found = await versions.find(NAME);
      if (found) return toVersion(found.value);
      const earlier = await findEarlier();
      return earlier && toVersion(earlier);
    },

    find() {
      let seen: string | undefined;
      return compareAndSet<AppliedMap | undefined>(
        async () => {
          const found = await versions.find(NAME);
          if (!found) return findEarlier();
          const later = await findLater(found.value);
          if (later) return later;
          const json = await readText(found.value);
          if (json !== undefined) return { ...toVersion(found.value), json };
          // Twice the same version without its text: it was deleted by hand, and is as good as none.
          if (seen === found.version) return undefined;
          seen = found.version;
          return LOST; // Another map was put in force between the two reads.
        },
        { clock, what: 'the project map in force' },
      );
    },

    async findChecked(rules) {
      const found = await versions.find(NAME);
      if (!found || (await findLater(found.value))) return undefined;
      const checked = await readChecked(found.value, rules);
      return checked && { ...toVersion(found.value), ...checked };
    },

    async recordChecked(rules, { generation, bindings, source }) {
      const inForce = (await versions.find(NAME))?.value;
      if (inForce?.generation !== generation) return;
      const text = JSON.stringify(bindings);
      const parts = splitText(text);
      const about: Fields = {
        parts: parts.length,
        sha256: digestChecked(text, source),
        ...(source === undefined ? {} : { source }),
      };
      for (const [at, part] of parts.entries()) {
        const key = buildTableKey(generation, inForce.digest, rules, String(at).padStart(4, '0'));
        await rows.write(CHECKED, [{ kind: 'put', key, fields: { ...(at === 0 ? about : {}), text: part } }]);
      }
    },

    async record({ json, isFromEarlierRow: _, ...version }) {
      const digest = sha256(json).slice(0, 16);
      const parts = splitText(json);
      for (const [at, text] of parts.entries()) {
        const key = buildTableKey(version.generation, digest, String(at).padStart(4, '0'));
        await rows.write(TEXTS, [{ kind: 'put', key, fields: { text } }]);
      }
      const before = await compareAndSet<Version | undefined>(
        async () => {
          const found = await versions.find(NAME);
          if (found && found.value.generation >= version.generation) return undefined;
          const isFollowing = found ? found.value.hasEarlierRuns : await isInUse();
          const next: Version = {
            ...version,
            ...(isFollowing ? { hasEarlierRuns: true } : {}),
            digest,
            parts: parts.length,
          };
          return (await versions.putIf(NAME, next, found?.version)) ? found?.value : LOST;
        },
        { clock, what: 'the project map in force' },
      );
      if (before) await removeText(before);
    },

    recordSetting: (generation, setting) =>
      compareAndSet<void>(
        async () => {
          const found = await versions.find(NAME);
          if (found?.value.generation !== generation || found.value.setting === setting) return;
          if (!(await versions.putIf(NAME, { ...found.value, setting }, found.version))) return LOST;
        },
        { clock, what: 'the project map in force' },
      ),

    findRefusal: async () => (await refusals.find(NAME))?.value,

    async recordRefusal(refusal) {
      if (!refusal) return refusals.remove(NAME);
      const problems = refusal.problems.slice(0, MAX_PROBLEMS).map(({ where, message }) => ({
        where: fitText(redact(where), MAX_PROBLEM_LENGTH),
        message: fitText(redact(message), MAX_PROBLEM_LENGTH),
      }));
      await refusals.put(NAME, { at: refusal.at, problems });
    },
  };
}

function toVersion({
  generation,
  appliedAt,
  setting,
  hasEarlierRuns,
}: Omit<Version, 'digest' | 'parts'>): AppliedMapVersion {
  return {
    generation,
    appliedAt,
    ...(setting === undefined ? {} : { setting }),
    ...(hasEarlierRuns ? { hasEarlierRuns } : {}),
  };
}

function digestChecked(text: string, source = ''): string {
  return sha256(`${source}\n${text}`);
}

function splitText(text: string): string[] {
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = start + PART_LENGTH;
    // Half of a surrogate pair would not survive the way to the table.
    const cut = /[\uD800-\uDBFF]/.test(text[end - 1] ?? '') ? end - 1 : end;
    parts.push(text.slice(start, cut));
    start = cut;
  }
  return parts;
}

import * as z from 'zod';
import type { SecretReference } from '../../shared/adapters/key-vault/key-vault-reference.ts';
import { parseJson } from '../../shared/kernel/parse-json.ts';
import { withoutUndefined } from '../../shared/kernel/without-undefined.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CliIO } from '../io/io.ts';
import { describeFileError } from '../io/read-input.ts';
import { type SharedFile, SharedFileError } from '../io/shared-file.ts';
import { isSecretSetting } from './known-settings.ts';

/** What is kept of a deployment: settings that are no secrets, and where its secrets stand. */
export interface StoredEnvironment {
  /** Where it was read from: `function app func-cmap-prod`. */
  from?: string;
  /** A file with more settings, such as those of a sandbox that ends with it. */
  file?: string;
  settings: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, SecretReference>>;
}

export interface Environments {
  /** The one that commands work on unless another is named. */
  current?: string;
  byName: ReadonlyMap<string, StoredEnvironment>;
}

const Stored = z.strictObject({
  from: z.string().optional(),
  file: z.string().optional(),
  settings: z
    .record(z.string(), z.string())
    .refine((settings) => !Object.keys(settings).some(isSecretSetting), 'holds the value of a secret'),
  secrets: z.record(
    z.string(),
    z.strictObject({
      vault: z.url({ protocol: /^https$/ }),
      secret: z.string().regex(/^[0-9A-Za-z-]{1,127}$/),
      version: z.string().optional(),
    }),
  ),
});

const File = z.strictObject({
  version: z.literal(1),
  current: z.string().optional(),
  environments: z.record(z.string(), Stored),
});

/** @throws {UsageError} in one sentence that repeats nothing of the file, when it cannot be used */
export function parseEnvironments(text: string | undefined, path: string): Environments {
  if (text === undefined) return { byName: new Map() };
  const parsed = File.safeParse(parseJson(text));
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') || 'its beginning';
    throw new UsageError(
      `${path} is not understood at ${where}: correct it with a cmap as new as the one that wrote it, or move it away and add its environments anew`,
    );
  }
  const { current, environments } = parsed.data;
  const byName = new Map(Object.entries(environments).map(([name, stored]) => [name, toStored(stored)]));
  return { byName, ...(current === undefined ? {} : { current }) };
}

function toStored({ secrets, ...stored }: z.infer<typeof Stored>): StoredEnvironment {
  const references = Object.entries(secrets).map(([name, reference]) => [name, withoutUndefined(reference)] as const);
  return { ...withoutUndefined(stored), secrets: Object.fromEntries(references) };
}

/** One name a line, four spaces before it: completion finds the names by that. */
export function formatEnvironments({ current, byName }: Environments): string {
  const environments = Object.fromEntries([...byName].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify({ version: 1, current, environments }, null, 2)}\n`;
}

type Home = Pick<CliIO, 'environments'>;

/** The environments of this person; none where there is no file. @throws {UsageError} when it cannot be read */
export async function readEnvironments({ environments: file }: Home): Promise<Environments> {
  if (!file) return { byName: new Map() };
  return parseEnvironments(await attempt(file, () => file.read()), file.path);
}

/** Changes the environments of this person. @throws {UsageError} when the file cannot be used, or as `change` does */
export async function changeEnvironments(
  change: (environments: Environments) => Environments,
  { environments: file }: Home,
): Promise<void> {
  if (!file)
    throw new UsageError('there is no place for environments: set HOME, or XDG_CONFIG_HOME (APPDATA on Windows)');
  await attempt(file, () => file.update((text) => formatEnvironments(change(parseEnvironments(text, file.path)))));
}

async function attempt<T>({ path }: SharedFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SharedFileError) throw new UsageError(error.message, { cause: error });
    if (error instanceof Error && 'code' in error)
      throw new UsageError(`${path}: ${describeFileError(error)}`, { cause: error });
    throw error;
  }
}

/** The environments without one; where it was the current one, there is none. */
export function withoutEnvironment(name: string, { current, byName }: Environments): Environments {
  const left = new Map([...byName].filter(([other]) => other !== name));
  return { byName: left, ...(current === undefined || current === name ? {} : { current }) };
}

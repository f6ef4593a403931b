import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { wrapLines } from '../../shared/kernel/text/wrap-words.ts';
import { beginFile, draftOf, type FileDraft } from './file-draft.ts';
import { findCacheFolder } from './find-cache-folder.ts';
import { findEnvironmentsFile } from './find-environments-file.ts';
import { layerSettings } from './layer-settings.ts';
import type { NamedEnvironment } from './named-environment.ts';
import { printable } from './printable.ts';
import type { Prompts } from './prompts.ts';
import { type ReadWithin, readWithin } from './read-within.ts';
import { type ProgramEnd, runAz } from './run-az.ts';
import { createSharedFile, type SharedFile } from './shared-file.ts';

/** A text, bytes, or the pieces of a file that is not held in memory at once. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** The surroundings of a command. Nothing in a command touches `process`. */
export interface CliIO {
  /** To standard output, as `printable` lets it; a line end is added. For documents, scripts and texts of others. */
  print(text: string): void;
  /** The same for people: its commands are named as they can be typed here. */
  tell(text: string): void;
  /** To standard error, as `tell` does. */
  warn(text: string): void;
  /** A text with its commands named as they can be typed here. */
  nameCommands(text: string): string;
  /** Paths are relative to `cwd`. Rejects with the system's own error. */
  readFile(file: string): Promise<Uint8Array>;
  /** A file of a folder, or why it is not read: see `readWithin`. */
  readWithin(folder: string, file: string, maxBytes: number): Promise<ReadWithin>;
  /** The names in a folder; `undefined` for what is no folder. */
  listFolder(path: string): Promise<string[] | undefined>;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /**
   * Replaces the whole file at once, or leaves it as it was; makes its folder when there is none. What is `private`
   * only this user may read.
   */
  writeFile(file: string, content: FileContent, options?: { private: boolean }): Promise<void>;
  /**
   * Begins a file that is made piece by piece and is too large to be held meanwhile; makes its folder when there is
   * none. Like `writeFile` it replaces the whole file at once, when it is published.
   */
  beginFile(file: string): FileDraft;
  /** Refuses to replace `to`. */
  copyFile(from: string, to: string): Promise<void>;
  /**
   * The settings a command works with: the variables of the shell over those of the named environment over a file. One
   * that stands in a Key Vault holds the text of its reference.
   */
  env: Readonly<Record<string, string | undefined>>;
  /** The variables that are really set. */
  shell: Readonly<Record<string, string | undefined>>;
  /** What `--env`, `CMAP_ENV` or `cmap env use` named; absent where nothing did. */
  environment?: NamedEnvironment;
  /** Names of the environments there are; only where nothing named one. */
  environmentNames?: readonly string[];
  /** The environments of this person; absent where they have no home. */
  environments?: SharedFile;
  /** Where this person keeps what can be lost; absent where they have no home. */
  cacheFolder?: string;
  /** Runs the Azure CLI with its own sign-in; arguments go through no shell. */
  az(args: readonly string[], options: { timeoutMs: number }): Promise<ProgramEnd>;
  cwd: string;
  /** Whether a person is there to answer questions. */
  isInteractive: boolean;
  /** Whether standard output is a terminal, and no pipe or file. */
  isTerminal: boolean;
  /** Whether standard output shows colours. */
  color: boolean;
  /** As wide as tables may be; absent where no terminal is and nothing says it, as in a pipe. */
  columns?: number;
  prompts: Prompts;
  clock: Clock;
  /**
   * Aborts when the person has seen enough: Ctrl-C, or the reader of standard output is gone. From the first call on
   * Ctrl-C only aborts this, so only a command that goes on until then asks for it.
   */
  interruption(): AbortSignal;
}

/** What of Node's `process` the command line needs. */
export type HostProcess = Pick<
  NodeJS.Process,
  'stdout' | 'stderr' | 'stdin' | 'env' | 'cwd' | 'pid' | 'platform' | 'once'
>;

export interface CliIOOptions {
  /** Settings of a file; they are weaker than variables. */
  file?: CliIO['env'];
  nameCommands?: CliIO['nameCommands'];
}

/** The real terminal and disk. Colours follow https://no-color.org and never go into a pipe. */
export function createCliIO(
  host: HostProcess,
  prompts: Prompts,
  { file = {}, nameCommands = (text) => text }: CliIOOptions = {},
): CliIO {
  const cwd = host.cwd();
  const variables = layerSettings(host.env, file);
  const environments = findEnvironmentsFile(host.env, host.platform);
  const cacheFolder = findCacheFolder(host.env, host.platform);
  const isTerminal = host.stdout.isTTY === true;
  const columns = findColumns(host.env, host.stdout);
  const toTerminal = (text: string, stream: NodeJS.WriteStream) => {
    const named = printable(nameCommands(text));
    const width = findColumns(host.env, stream);
    return width === undefined ? named : wrapLines(named, width);
  };
  return {
    print: (text) => void host.stdout.write(`${printable(text)}\n`),
    tell: (text) => void host.stdout.write(`${toTerminal(text, host.stdout)}\n`),
    warn: (text) => void host.stderr.write(`${toTerminal(text, host.stderr)}\n`),
    nameCommands,
    readFile: (file) => readFile(path.resolve(cwd, file)),
    readWithin: (folder, file, maxBytes) => readWithin(path.resolve(cwd, folder), file, maxBytes),
    listFolder: (folder) => listFolder(path.resolve(cwd, folder)),
    readStdin: () => readAll(host.stdin),
    writeFile: (file, content, options) => replaceFile(path.resolve(cwd, file), content, { pid: host.pid, ...options }),
    beginFile: (file) => beginFile(path.resolve(cwd, file), host),
    copyFile: (from, to) => copyFile(path.resolve(cwd, from), path.resolve(cwd, to), constants.COPYFILE_EXCL),
    env: variables,
    shell: host.env,
    ...(environments ? { environments: createSharedFile(environments, { pid: host.pid, clock: systemClock }) } : {}),
    ...(cacheFolder === undefined ? {} : { cacheFolder }),
    az: (args, { timeoutMs }) => runAz(args, { env: host.env, timeoutMs }),
    cwd,
    isInteractive: isTerminal && host.stdin.isTTY === true,
    isTerminal,
    color: isTerminal && !variables['NO_COLOR'] && variables['TERM'] !== 'dumb',
    ...(columns === undefined ? {} : { columns }),
    prompts,
    clock: systemClock,
    interruption() {
      const interrupted = new AbortController();
      const abort = () => interrupted.abort();
      for (const name of ['SIGINT', 'SIGTERM'] as const) host.once(name, abort);
      for (const name of ['close', 'error'] as const) host.stdout.once(name, abort);
      return interrupted.signal;
    },
  };
}

/** What COLUMNS says, else the terminal. */
function findColumns(env: NodeJS.ProcessEnv, stream: NodeJS.WriteStream): number | undefined {
  const said = Number(env['COLUMNS']);
  if (Number.isSafeInteger(said) && said > 0) return said;
  return stream.isTTY ? stream.columns || undefined : undefined;
}

async function listFolder(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch {
    // What cannot be listed is read as a file, and that says what is wrong.
    return undefined;
  }
}

async function readAll(stream: NodeJS.ReadStream): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

async function replaceFile(
  file: string,
  content: FileContent,
  { pid, private: isPrivate = false }: { pid: number; private?: boolean },
): Promise<void> {
  const temporary = draftOf(file, pid);
  await mkdir(path.dirname(file), { recursive: true, ...(isPrivate ? { mode: 0o700 } : {}) });
  await writeFile(temporary, content, { flag: 'wx', ...(isPrivate ? { mode: 0o600 } : {}) });
  await rename(temporary, file);
}

import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type Clock, systemClock } from '../../shared/kernel/clock.ts';
import { findEnvironmentsFile } from './find-environments-file.ts';
import { layerSettings } from './layer-settings.ts';
import type { NamedEnvironment } from './named-environment.ts';
import { printable } from './printable.ts';
import type { Prompts } from './prompts.ts';
import { type ProgramEnd, runAz } from './run-az.ts';
import { createSharedFile, type SharedFile } from './shared-file.ts';

/** A text, bytes, or the pieces of a file that is not held in memory at once. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array>;

/** The surroundings of a command. Nothing in a command touches `process`. */
export interface CliIO {
  /** To standard output, as `printable` lets it; a line end is added. */
  print(text: string): void;
  /** To standard error, in the same way; a line end is added. */
  warn(text: string): void;
  /** Paths are relative to `cwd`. Rejects with the system's own error. */
  readFile(file: string): Promise<Uint8Array>;
  /** The names in a folder; `undefined` for what is no folder. */
  listFolder(path: string): Promise<string[] | undefined>;
  /** All of standard input. */
  readStdin(): Promise<Uint8Array>;
  /** Replaces the whole file at once, or leaves it as it was; makes its folder when there is none. */
  writeFile(file: string, content: FileContent): Promise<void>;
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
  /** Runs the Azure CLI with its own sign-in; arguments go through no shell. */
  az(args: readonly string[], options: { timeoutMs: number }): Promise<ProgramEnd>;
  cwd: string;
  /** Whether a person is there to answer questions. */
  isInteractive: boolean;
  /** Whether standard output shows colours. */
  color: boolean;
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

/**
 * The real terminal and disk. Colours follow https://no-color.org and never go into a pipe. Settings of a file are
 * weaker than variables.
 */
export function createCliIO(host: HostProcess, prompts: Prompts, file: CliIO['env'] = {}): CliIO {
  const cwd = host.cwd();
  const variables = layerSettings(host.env, file);
  const environments = findEnvironmentsFile(host.env, host.platform);
  const isTerminal = host.stdout.isTTY === true;
  return {
    print: (text) => void host.stdout.write(`${printable(text)}\n`),
    warn: (text) => void host.stderr.write(`${printable(text)}\n`),
    readFile: (file) => readFile(path.resolve(cwd, file)),
    listFolder: (folder) => listFolder(path.resolve(cwd, folder)),
    readStdin: () => readAll(host.stdin),
    writeFile: (file, content) => replaceFile(path.resolve(cwd, file), content, host.pid),
    copyFile: (from, to) => copyFile(path.resolve(cwd, from), path.resolve(cwd, to), constants.COPYFILE_EXCL),
    env: variables,
    shell: host.env,
    ...(environments ? { environments: createSharedFile(environments, { pid: host.pid, clock: systemClock }) } : {}),
    az: (args, { timeoutMs }) => runAz(args, { env: host.env, timeoutMs }),
    cwd,
    isInteractive: isTerminal && host.stdin.isTTY === true,
    color: isTerminal && !variables['NO_COLOR'] && variables['TERM'] !== 'dumb',
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

async function replaceFile(file: string, content: FileContent, pid: number): Promise<void> {
  const temporary = `${file}.${pid}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(temporary, content, { flag: 'wx' });
  await rename(temporary, file);
}

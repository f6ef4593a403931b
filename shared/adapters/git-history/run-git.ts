import { spawn } from 'node:child_process';
import { TaskError } from '../../kernel/errors.ts';

export interface GitRun {
  /** Its environment; of it only the search path is handed on. */
  environment: Readonly<Record<string, string | undefined>>;
  /** The folder git runs in. */
  directory: string;
  /** Named so, git looks for no other repository and reads no attributes of a work tree. */
  gitDirectory?: string;
  input?: string;
  /** A second git command that reads what the first one prints. */
  into?: readonly string[];
  /** More than this is not read; what a string can hold unless given. */
  maxBytes?: number;
}

export interface GitOutput {
  exitCode: number | null;
  text: string;
}

/**
 * Runs git to read a clone, with nothing inherited from the machine, no network and nothing of the repository able to
 * start a program. Every exit code is an answer. @throws {TaskError} `clone-unreadable` when git cannot be started, or
 * says more than can be read; the signal's reason when aborted.
 */
export async function runGit(
  args: readonly string[],
  { environment, directory, gitDirectory, input = '', into, maxBytes = MAX_BYTES }: GitRun,
  signal?: AbortSignal,
): Promise<GitOutput> {
  const env = cleanEnvironment(environment, gitDirectory);
  const start = (given: readonly string[]) => spawn('git', given, { cwd: directory, env, signal });
  const first = start(args);
  const last = into ? start(into) : first;
  if (last !== first) first.stdout.pipe(last.stdin);
  const children = [...new Set([first, last])];
  const output: Buffer[] = [];
  let bytes = 0;
  last.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= maxBytes) output.push(chunk);
    else for (const child of children) child.kill('SIGKILL');
  });
  const ends = children.map((child) => ended(child));
  for (const child of children) {
    child.stderr.resume();
    // It may end without reading everything; its exit code decides.
    child.stdin.on('error', () => {});
  }
  first.stdin.end(input);
  const codes = await Promise.all(ends);
  signal?.throwIfAborted();
  if (bytes > maxBytes) {
    const detail = `git ${args[0]} says more than ${Math.round(maxBytes / MEGABYTE)} MB: audit a smaller range.`;
    throw new TaskError('clone-unreadable', { detail });
  }
  return { exitCode: codes.find((code) => code !== 0) ?? 0, text: Buffer.concat(output).toString('utf8') };
}

const MEGABYTE = 1024 ** 2;
/** A string of Node.js holds 512 MB of letters (`buffer.constants.MAX_STRING_LENGTH`). */
const MAX_BYTES = 500 * MEGABYTE;

async function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('close', resolve);
  child.once('error', (cause) => {
    if (cause.name === 'AbortError') resolve(null);
    else reject(new TaskError('clone-unreadable', { detail: 'git could not be started.', cause }));
  });
  return promise;
}

/** The settings win over every file; `GIT_ALLOW_PROTOCOL` without a value lets a partial clone fetch nothing. */
function cleanEnvironment(given: GitRun['environment'], gitDirectory: string | undefined): Record<string, string> {
  const settings = Object.entries(SETTINGS);
  return {
    PATH: given['PATH'] ?? given['Path'] ?? '',
    ...(given['SystemRoot'] ? { SystemRoot: given['SystemRoot'] } : {}),
    LC_ALL: 'C.UTF-8',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
    ...(gitDirectory === undefined ? {} : { GIT_DIR: gitDirectory }),
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

const SETTINGS: Readonly<Record<string, string>> = {
  // A job often reads a clone that another account made. Nothing in it is run, so that its owner does not matter.
  'safe.directory': '*',
  'core.fsmonitor': 'false',
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.pager': 'cat',
  'core.commitGraph': 'false',
  'log.showSignature': 'false',
  'log.mailmap': 'false',
  'trailer.separators': ':',
};

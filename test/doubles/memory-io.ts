import type { CliIO } from '../../cli/io/io.ts';
import { printable } from '../../cli/io/printable.ts';
import type { SharedFile } from '../../cli/io/shared-file.ts';

export interface MemoryIO extends CliIO {
  /** What was printed on standard output and standard error. */
  readonly stdout: string;
  readonly stderr: string;
  /** The disk: text by path, exactly as the commands name it. */
  readonly files: Map<string, string>;
  readonly questions: string[];
}

export interface MemoryIOOptions
  extends Partial<
    Pick<
      CliIO,
      | 'env'
      | 'shell'
      | 'environment'
      | 'az'
      | 'cacheFolder'
      | 'columns'
      | 'cwd'
      | 'isInteractive'
      | 'isTerminal'
      | 'color'
      | 'clock'
      | 'interruption'
      | 'nameCommands'
    >
  > {
  files?: Record<string, string>;
  /** Files of other encodings; they win over `files`. */
  binary?: Record<string, Uint8Array>;
  stdin?: string;
  /**
   * Answers in order: text, `true` or `false` to a confirmation, `undefined` to cancel, `'='` to take what is proposed.
   */
  answers?: (string | boolean | undefined)[];
}

/** Surroundings in memory for tests of commands: a disk, an environment, and a person with prepared answers. */
export function createMemoryIO({
  files = {},
  binary = {},
  stdin = '',
  answers = [],
  nameCommands = (text) => text,
  ...rest
}: MemoryIOOptions = {}): MemoryIO {
  const disk = new Map(Object.entries(files));
  const out: string[] = [];
  const err: string[] = [];
  const questions: string[] = [];
  const left = [...answers];
  return {
    get stdout() {
      return out.join('');
    },
    get stderr() {
      return err.join('');
    },
    files: disk,
    questions,
    print: (text) => void out.push(`${printable(text)}\n`),
    tell: (text) => void out.push(`${printable(nameCommands(text))}\n`),
    warn: (text) => void err.push(`${printable(nameCommands(text))}\n`),
    nameCommands,
    readFile: async (file) => binary[file] ?? Buffer.from(read(file)),
    readWithin: async (folder, file) => {
      const whole = folder === '.' ? file : `${folder}/${file}`;
      return { bytes: binary[whole] ?? Buffer.from(read(whole)) };
    },
    listFolder: async (folder) => {
      const start = `${folder.replace(/\/+$/, '')}/`;
      const names = [...disk.keys()].filter((file) => file.startsWith(start)).map((file) => file.slice(start.length));
      return names.length > 0 ? names : undefined;
    },
    readStdin: async () => Buffer.from(stdin),
    writeFile: async (file, content) => void disk.set(file, toText(content)),
    beginFile: (file) => {
      const pieces: Uint8Array[] = [];
      return {
        add: (piece) => void pieces.push(Uint8Array.from(piece)),
        end() {},
        pieces: () => pieces,
        publish: async () => void disk.set(file, toText(pieces)),
        discard: async () => {},
      };
    },
    copyFile: async (from, to) => {
      if (disk.has(to)) throw systemError('EEXIST');
      disk.set(to, read(from));
    },
    env: {},
    shell: rest.env ?? {},
    environments: createMemoryFile(disk, ENVIRONMENTS),
    az: async () => ({ kind: 'missing', code: 127, stdout: '', stderr: '' }),
    cwd: '/nowhere',
    isInteractive: false,
    isTerminal: false,
    color: false,
    prompts: {
      async text({ message, initial, check }) {
        questions.push(message);
        const answer = left.shift();
        if (typeof answer !== 'string') return undefined;
        const text = answer === '=' ? initial : answer;
        const problem = check(text);
        if (problem) throw new Error(`The answer ${JSON.stringify(text)} was refused: ${problem}`);
        return text;
      },
      async confirm({ message }) {
        questions.push(message);
        const answer = left.shift();
        return typeof answer === 'boolean' ? answer : undefined;
      },
    },
    clock: { now: () => Date.UTC(2026, 0, 31, 10, 20, 30, 123), sleep: async () => {} },
    interruption: () => AbortSignal.abort(),
    ...rest,
  };

  function read(file: string): string {
    const text = disk.get(file);
    if (text === undefined) throw systemError('ENOENT');
    return text;
  }
}

/** Where the environments of a person stand on this disk. */
export const ENVIRONMENTS = '/home/ada/.config/cmap/environments.json';

function createMemoryFile(disk: Map<string, string>, path: string): SharedFile {
  return {
    path,
    exists: async () => disk.has(path),
    read: async () => disk.get(path),
    update: async (change) => void disk.set(path, change(disk.get(path))),
  };
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Bytes are kept as base64, since the disk holds texts. */
function toText(content: Parameters<CliIO['writeFile']>[1]): string {
  if (typeof content === 'string') return content;
  if (content instanceof Uint8Array) return Buffer.from(content).toString('base64');
  return Buffer.concat([...content]).toString('utf8');
}

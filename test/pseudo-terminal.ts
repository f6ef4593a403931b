import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

// Its code is for `require` alone, and says so to no loader of modules.
const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as typeof import('@xterm/headless');

/** Whether this machine gives programs a terminal: `script` of util-linux does. */
export const hasTerminals = isUtilLinux();

if (!hasTerminals) process.stderr.write('No script of util-linux here: the suites that need a terminal are skipped.\n');

function isUtilLinux(): boolean {
  const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' });
  return /util-linux/.test(stdout ?? '');
}

export interface ScreenLine {
  text: string;
  /** Whether the terminal broke it, because it was wider than the terminal. */
  isBroken: boolean;
}

/** A program in a terminal, as a person at it sees and uses it. */
export interface PseudoTerminal {
  /** Types keys: `\r` is Enter, `\x1b[A` the arrow up, `\x03` Ctrl-C. */
  type(keys: string): void;
  /** Everything that was shown, those lines first that have left the screen. */
  lines(): ScreenLine[];
  /** The same as one text, with what the terminal broke joined again. */
  text(): string;
  /** Resolves to the exit code. */
  exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

export interface PseudoTerminalOptions {
  /** The program for Node, with its arguments. */
  args: readonly string[];
  cwd: string;
  /** The whole environment of the program but for `PATH`. */
  env?: Readonly<Record<string, string>>;
  columns?: number;
}

const ROWS = 40;
const KEPT_LINES = 10_000;

/** Starts a program of Node in a terminal of 80 columns unless told otherwise. The caller ends it. */
export function startInTerminal({ args, cwd, env = {}, columns = 80 }: PseudoTerminalOptions): PseudoTerminal {
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', ...args].map(quote).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${ROWS}; exec ${command}`, '/dev/null'], {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const terminal = new Terminal({ cols: columns, rows: ROWS, scrollback: KEPT_LINES, allowProposedApi: true });
  child.stdout.on('data', (bytes: Buffer) => terminal.write(bytes));
  const exited = new Promise<number | null>((resolve) => {
    child.once('close', (code) => terminal.write('', () => resolve(code)));
  });
  const lines = () => readLines(terminal);
  return {
    type: (keys) => void child.stdin.write(keys),
    lines,
    text: () =>
      lines()
        .map(({ text, isBroken }, index) => `${isBroken || index === 0 ? '' : '\n'}${text}`)
        .join(''),
    exited,
    kill: (signal) => void child.kill(signal),
  };
}

function readLines({ buffer: { active } }: InstanceType<typeof Terminal>): ScreenLine[] {
  const lines = Array.from({ length: active.length }, (_, index) => active.getLine(index)).map((line) => ({
    text: line?.translateToString(true) ?? '',
    isBroken: line?.isWrapped ?? false,
  }));
  return lines.slice(0, lines.findLastIndex(({ text }) => text !== '') + 1);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

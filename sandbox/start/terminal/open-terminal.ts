import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { wrapLines } from '../../../shared/kernel/text/wrap-words.ts';
import { MOST_LINES } from './history.ts';

export interface TerminalOptions {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  /** Whether the terminal can move its cursor; one that calls itself `dumb` cannot. */
  canMove: boolean;
  prompt: string;
  /** What was typed before, newest first. */
  history: readonly string[];
  /** Completed by the tabulator. */
  words: readonly string[];
  /** Called with each line in the order they were typed, when the one before it is done. */
  onLine: (line: string) => Promise<void>;
  /** Called when the person wants to end: Ctrl-C, Ctrl-D. */
  onEnd: () => void;
}

export interface Terminal {
  /** Prints lines of our own above what is being typed. */
  print(text: string): void;
  /** The width of the terminal; `undefined` where there is none. */
  columns(): number | undefined;
  /** What was typed since it was opened, oldest first. */
  readonly typed: readonly string[];
  close(): void;
}

/**
 * Reads lines from a person, who has a prompt with history, and prints above it: what is typed stays whole,
 * also when more is printed meanwhile. Where input or output is no terminal, lines are read and printed as they are.
 */
export function openTerminal(options: TerminalOptions): Terminal {
  const { input, output, canMove, onLine, onEnd } = options;
  const isTerminal = canMove && input.isTTY === true && output.isTTY === true;
  const reader = isTerminal ? createPrompt(options) : createInterface({ input });
  const typed: string[] = [];
  const columns = () => (output.isTTY ? output.columns || undefined : undefined);
  let isOpen = true;
  const print = (text: string) => {
    const width = columns();
    const lines = width === undefined ? text : wrapLines(text, width);
    if (isTerminal && isOpen) printAbove(lines, reader, output);
    else output.write(`${lines}\n`);
  };

  let before = Promise.resolve();
  reader.on('line', (line) => {
    if (line.trim() !== '') typed.push(line.trim());
    before = before.then(() => onLine(line));
    if (isTerminal) reader.prompt();
  });
  // Of a service or a container the end of the input is no wish to end.
  if (input.isTTY) reader.once('close', onEnd);
  if (isTerminal) reader.prompt();
  return {
    print,
    columns,
    typed,
    close() {
      if (!isOpen) return;
      isOpen = false;
      if (isTerminal) clearPrompt(reader, output);
      reader.close();
    },
  };
}

function createPrompt({ input, output, prompt, history, words }: TerminalOptions): Interface {
  const reader = createInterface({
    input,
    output,
    prompt,
    terminal: true,
    history: [...history],
    historySize: MOST_LINES,
    removeHistoryDuplicates: true,
    completer: (line: string) => [words.filter((word) => word.startsWith(line)).map((word) => `${word} `), line],
  });
  // As in a shell: Ctrl-C gives up what is typed, and ends when nothing is.
  reader.on('SIGINT', () => {
    if (reader.line === '') return reader.close();
    reader.write(null, { ctrl: true, name: 'e' });
    reader.write(null, { ctrl: true, name: 'u' });
  });
  return reader;
}

/** Prints where the prompt stands, and the prompt with what is typed below it. */
function printAbove(text: string, reader: Interface, output: NodeJS.WriteStream): void {
  const { rows } = reader.getCursorPos();
  clearPrompt(reader, output);
  // Showing the prompt goes up by as many rows as the cursor was below its beginning.
  output.write(`${text}\n${'\n'.repeat(rows)}`);
  reader.prompt(true);
}

function clearPrompt(reader: Interface, output: NodeJS.WriteStream): void {
  moveCursor(output, 0, -reader.getCursorPos().rows);
  cursorTo(output, 0);
  clearScreenDown(output);
}

import { findNear } from '../../../shared/domain/mapping/source/suggest-field.ts';
import { type Command, type CommandDeps, splitWord } from './command.ts';
import { ISSUE_COMMANDS } from './issue-commands.ts';
import { MERGE_REQUEST_COMMANDS } from './merge-request-commands.ts';
import { SHOW } from './show-command.ts';

const HELP: Command = {
  example: 'help',
  does: 'all of this',
  perform: async (word) => {
    const command = find(word);
    return command ? formatHelp([command]) : formatHelp(COMMANDS);
  },
};

const EXIT: Command = {
  example: 'exit',
  does: 'ends the sandbox, as Ctrl-C does',
  perform: async (_rest, { end }) => {
    end();
    return 'Ending.';
  },
};

const COMMANDS: readonly Command[] = [...ISSUE_COMMANDS, ...MERGE_REQUEST_COMMANDS, SHOW, HELP, EXIT];

/** Words that people try. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  quit: 'exit',
  '?': 'help',
  ls: 'issues',
  issue: 'show',
  mr: 'mrs',
};

/** The first words of all commands. */
export const WORDS: readonly string[] = COMMANDS.map(wordOf);

/** Every command with an example, one a line. */
export function formatHelp(commands: readonly Command[] = COMMANDS): string {
  const width = Math.max(...commands.map(({ example }) => example.length));
  return commands.map(({ example, does }) => `${example.padEnd(width)}  ${does}`).join('\n');
}

/**
 * Does what a person typed and resolves what to say about it; nothing for nothing.
 * @throws {Error} whose message says what was not understood, and what to type instead
 */
export async function performCommand(line: string, deps: CommandDeps): Promise<string> {
  const [word, rest] = splitWord(line);
  if (word === '') return '';
  const command = find(word);
  if (!command) throw new Error(describeUnknown(word));
  return command.perform(rest, deps);
}

function find(word: string): Command | undefined {
  const lower = word.toLowerCase();
  const known = OTHER_WORDS[lower] ?? lower;
  return COMMANDS.find((command) => wordOf(command) === known);
}

function wordOf({ example }: Command): string {
  return splitWord(example)[0];
}

function describeUnknown(word: string): string {
  const near = find(findNear(word.toLowerCase(), WORDS) ?? '');
  return near
    ? `"${word}" is not understood; did you mean ${wordOf(near)}, as in ${near.example}? help shows all words.`
    : `"${word}" is not understood. These are the words:\n${formatHelp()}`;
}

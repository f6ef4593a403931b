import { escapePattern } from '../../kernel/text/escape-pattern.ts';
import { proseLines } from '../../kernel/text/prose-lines.ts';

/** What a person asks for with `/copilot` or by naming the agent at the start of a line. */
export type Command =
  | { kind: 'instruct'; instruction: string }
  /** With the same words as an instruction, which they are where a binding does not merge its target branch. */
  | { kind: 'rebase'; instruction: string }
  | { kind: 'review' | 'full-review' | 'pause' | 'resume' | 'ignore' | 'help' };

const WORDS: Record<string, Exclude<Command['kind'], 'instruct' | 'rebase'>> = {
  '': 'help',
  help: 'help',
  review: 'review',
  'full review': 'full-review',
  'full-review': 'full-review',
  pause: 'pause',
  resume: 'resume',
  ignore: 'ignore',
};

/**
 * The first command of a note. It stands at the start of a line of prose: not inside a sentence, a quote or code, and
 * `/copilotx` is not one. An instruction is the rest of the line and everything below it.
 */
export function parseCommand(body: string, username?: string): Command | undefined {
  const name = username ? `(?:/copilot|@${escapePattern(username)})` : '/copilot';
  const pattern = new RegExp(`^ {0,3}${name}(?:$|[ \\t]+|[,:][ \\t]*)(.*)$`, 'i');
  const prose = proseLines(body);
  const index = prose.findIndex((line) => pattern.test(line));
  if (index === -1) return undefined;

  const lines = body.replaceAll('\r\n', '\n').split('\n');
  // Behind a comment on its line, which is blank in the prose, the command begins later in the text.
  const rest = (pattern.exec(lines[index] ?? '') ?? pattern.exec(prose[index] ?? ''))?.[1] ?? '';
  const below = lines.slice(index + 1).join('\n');
  const word = rest.trim().toLowerCase().replace(/\s+/g, ' ').replace(/[.!]$/, '');
  const kind = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  const instruction = `${rest}\n${below}`.trim();
  if (word === 'rebase' && below.trim() === '') return { kind: 'rebase', instruction };
  if (kind && !(word === '' && below.trim() !== '')) return { kind };
  return { kind: 'instruct', instruction };
}

/** Whether a note names the user in its prose; not inside a longer name, an address or a path. */
export function mentions(body: string, username: string): boolean {
  const pattern = new RegExp(`(?<![\\w@./+-])@${escapePattern(username)}(?![\\w-]|\\.\\w|/\\w)`, 'i');
  return proseLines(body).some((line) => pattern.test(line));
}

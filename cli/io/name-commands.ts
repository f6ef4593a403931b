/**
 * Names the commands in a text for people as they can be typed here: `cmap queue ls`, or `npx cmap queue ls` where the
 * program was started so. Only what begins with one of the words commands begin with, or with an option, is a command;
 * a sentence about cmap stays as it is.
 */
export function createCommandNames(command: string, words: readonly string[]): (text: string) => string {
  if (command === 'cmap') return (text) => text;
  const first = [...new Set([...words, ...PAGES])].map((word) => `${word}(?![\\w-])`);
  // Not after a word it belongs to: `npx cmap`, `./cmap`, `infra/helm/cmap`.
  const named = new RegExp(`(?<!npx )(?<![\\w./@-])cmap(?= (?:${[...first, '--?[a-z]', '<command>'].join('|')}))`, 'g');
  return (text) => text.replace(named, command);
}

/** What the program answers itself. */
const PAGES = ['help', 'version'];

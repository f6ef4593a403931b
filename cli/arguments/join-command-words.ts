/** Joins the two words of a command such as `queue ls`, which the parser only knows as one. */
export function joinCommandWords(argv: readonly string[], commandNames: readonly string[]): string[] {
  const index = argv.findIndex((argument) => !argument.startsWith('-'));
  const [first, second] = [argv[index], argv[index + 1]];
  const name = [`${first} ${second}`, `${first} ${ALIASES[second ?? ''] ?? second}`].find((words) =>
    commandNames.includes(words),
  );
  return name === undefined ? [...argv] : [...argv.slice(0, index), name, ...argv.slice(index + 2)];
}

/** `cmap help queue ls` is `cmap queue ls --help`, and `cmap version` is `cmap --version`. */
export function spellOut(argv: readonly string[]): string[] {
  const index = argv.findIndex((argument) => !argument.startsWith('-'));
  const rest = argv.toSpliced(index, 1);
  // These two words have no page of their own.
  if (argv[index] === 'help') return [...rest.filter((word) => word !== 'help' && word !== 'version'), '--help'];
  return argv[index] === 'version' && rest.every((argument) => argument.startsWith('-'))
    ? [...rest, '--version']
    : [...argv];
}

const ALIASES: Readonly<Record<string, string>> = { list: 'ls', ls: 'list' };

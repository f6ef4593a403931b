/** What help is made of; the parser's own command and option objects fit. */
export interface HelpCommand {
  rawName: string;
  description: string;
  options: readonly HelpOption[];
  examples: readonly (string | ((bin: string) => string))[];
}

export interface HelpOption {
  rawName: string;
  description: string;
}

/** The page for `cmap --help`. */
export function formatProgramHelp(commands: readonly HelpCommand[], options: readonly HelpOption[]): string {
  return [
    'cmap maps Jira projects to GitLab repositories.',
    section('Usage', ['cmap <command> [options]']),
    section('Commands', columns(commands.map(({ rawName, description }) => [rawName, description]))),
    section('Options', columns(options.map(({ rawName, description }) => [rawName, description]))),
    'Exit codes: 0 fine, 1 problems found, 2 used wrongly. `cmap <command> --help` says more about one command.',
  ].join('\n\n');
}

/** The page for `cmap <command> --help`. */
export function formatCommandHelp(command: HelpCommand, options: readonly HelpOption[]): string {
  const all = [...command.options, ...options.filter(({ rawName }) => !rawName.includes('--version'))];
  const examples = command.examples.map((example) => (typeof example === 'string' ? example : example('cmap')));
  return [
    command.description,
    section('Usage', [`cmap ${command.rawName} [options]`]),
    section('Options', columns(all.map(({ rawName, description }) => [rawName, description]))),
    ...(examples.length > 0 ? [section('Examples', examples)] : []),
  ].join('\n\n');
}

function section(title: string, lines: readonly string[]): string {
  return [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${first.padEnd(width)}  ${second}`);
}

/**
 * The parser turns everything that looks like a number into one: `--issue 007` would arrive as 7. A mark that no person
 * types keeps every value text; `unguard` removes it from what comes out.
 */
export function guard(argv: readonly string[]): string[] {
  return argv.map((argument) => {
    // Standard input; the parser takes a lone dash for an option without a name.
    if (argument === '-') return MARK + argument;
    if (!argument.startsWith('-')) return looksNumeric(argument) ? MARK + argument : argument;
    const equals = argument.indexOf('=');
    const value = argument.slice(equals + 1);
    return equals > 0 && looksNumeric(value) ? `${argument.slice(0, equals + 1)}${MARK}${value}` : argument;
  });
}

/** Removes the mark from a parsed argument, option, or list of them. */
export function unguard(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? value.slice(MARK.length) : value;
  return Array.isArray(value) ? value.map(unguard) : value;
}

const MARK = '\u{F8FF}';

function looksNumeric(text: string): boolean {
  return Number.isFinite(Number(text));
}

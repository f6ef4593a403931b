/**
 * Whether the part of a text that has the shape of a credential stands for one without being it: `<password>`,
 * `${TOKEN}`, `changeme`, the documented example keys of AWS, or a password for a service on the same machine.
 */
export function isPlaceholder(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  return VARIABLE.test(value) || EXAMPLE.test(value) || isPlaceholderPassword(text, value, start, end);
}

/**
 * What languages, shells, templates and CI put a value into, and what people write instead of one. A word behind `$`
 * counts without a digit only: `$ecret1` is a password.
 */
const VARIABLES: readonly RegExp[] = [
  /^\$[A-Z_][A-Z0-9_]*$|^\$[A-Za-z_]+(?:(?:\.|->)[A-Za-z_]+)*$|\$[({]|^(?:\w+:)?\$env:\w+$/, // $NAME ${x} $env:X
  /^[#$]?\{[^{}]*\}$|\{\{/, // {name} {0} #{name} {{ name }}
  /^%\(\w+\)[a-z]$|^%[a-z]$|^%\w+%$/, // %(name)s %s %NAME%
  /^<.*>$|^\[[\w-]+\]$/, // <name> [name]
  /\*{3}|\.{3}|^[xX]+$|x{6}|X{6}/,
];
const VARIABLE = new RegExp(VARIABLES.map(({ source }) => source).join('|'));

/** AWS and others write EXAMPLE into the keys of their documentation (docs.aws.amazon.com, `AKIAIOSFODNN7EXAMPLE`). */
const EXAMPLE = /EXAMPLE|REDACTED|PLACEHOLDER|CHANGE[_-]?ME|(?:^|[_-])YOUR[_-]|^your[_-]|placeholder|change[_-]?me/;

/** Words that stand for a password in examples. */
const NO_PASSWORD =
  /^(?:pass(?:word|wd|wort)?|pwd|pw|secret|token|api[_-]?key|key|user(?:name)?|admin|root|test|example|guest)$/i;

/** RFC 6761 and what container tools call the machine itself; our own guard may stand behind the `@`. */
const THIS_MACHINE =
  /^@\u200b?(?:localhost|[\w.-]+\.localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)(?![\w.-])/i;

function isPlaceholderPassword(text: string, value: string, start: number, end: number): boolean {
  if (text[end] !== '@') return false;
  const user = /\/\/([^\s/:@"']{0,200}):$/.exec(text.slice(Math.max(0, start - 230), start))?.[1] ?? '';
  return value === user || NO_PASSWORD.test(value) || THIS_MACHINE.test(text.slice(end, end + 300));
}

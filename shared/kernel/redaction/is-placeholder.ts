/**
 * Whether the part of a text that has the shape of a credential stands for one without being it: `<password>`,
 * `${TOKEN}`, `changeme`, the documented example keys of AWS, or a password for a service on the same machine.
 */
export function isPlaceholder(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  if (VARIABLE.test(value) || EXAMPLE.test(value) || PUBLISHED.some((known) => value.includes(known))) return true;
  return text[end] === '@' ? isPlaceholderPassword(text, value, start, end) : SEQUENCE.test(value);
}

/**
 * Whether a value looks made by a machine: it has a digit, the padding of base64, or upper and lower case mixed as no
 * identifier mixes them, and is neither a name of a program nor words with a number.
 */
export function isMachineMade(value: string): boolean {
  return /[\d=]|[a-z][A-Z][a-z][A-Z]|[A-Z]{2}[a-z][A-Z]/.test(value) && !WORDS.test(value) && !NAME.test(value);
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
  /EXAMPLE/, // in keys of documentation (docs.aws.amazon.com, `AKIAIOSFODNN7EXAMPLE`)
  /\*{3}|\.{3}|^[xX]+$|x{6}|X{6}|[_-][xX]{4,5}(?:[_-]|$)/,
];
const VARIABLE = new RegExp(VARIABLES.map(({ source }) => source).join('|'));

/** Words of documentation, in any case. */
const EXAMPLE =
  /redacted|placeholder|change[_-]?me|[_-]your|^your(?:[_-]|pass|secret|token|key|access|api)|(?:^|[_-])(?:test|fake|dummy|sample|example)[_-]|[_-]example$/i;
/** `sk-1234567890abcdef`: what people type who need some digits. */
const SEQUENCE = /(?:^|[_-])(?:123456789?0?)+(?:abcdef[a-z]{0,20})?$/i;
/** `valid-token-for-user-1`, `sk-spinner-v2-large`: words, each with a number at most. */
const WORDS = /^(?:[A-Z]?[a-z]{1,13}\d{0,2}[_.-])+[A-Z]?[a-z]{0,13}\d{0,2}$/;
/** `OAuth2AuthorizationCode`, `GetKeyFromVault2()`: a name of a program, every capital the first letter of a word. */
const NAME = /^[A-Za-z]?[A-Z]?[a-z]{2,14}(?:\d?[A-Z][a-z]{2,14}){2,}\d?(?:\(|$)/;

/** Values that were published on purpose: the key of every storage emulator (Azurite), the token shown by jwt.io. */
const PUBLISHED: readonly string[] = [
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
  'SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c',
];

/** Words that stand for a password in examples, alone or with a number and with the name of what they are for. */
const NO_PASSWORD =
  /^(?:pass(?:word|wd|wort)?|pwd|pw|secret|token|api[_-]?key|key|user(?:name)?|admin|root|test|example|guest)$/i;
const WHAT_FOR = /^(?:my|the|a|app|db|database|dev|local|postgres|mysql|mariadb|mongo|redis|rabbitmq)$/i;

/** RFC 6761 and what container tools call the machine itself; our own guard may stand behind the `@`. */
const THIS_MACHINE =
  /^@\u200b?(?:localhost|[\w.-]+\.localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|host\.docker\.internal)(?![\w.-])/i;

function isPlaceholderPassword(text: string, value: string, start: number, end: number): boolean {
  const user = /\/\/([^\s/:@"']{0,200}):$/.exec(text.slice(Math.max(0, start - 230), start))?.[1] ?? '';
  return value === user || isExamplePassword(value, user) || THIS_MACHINE.test(text.slice(end, end + 300));
}

/**
 * `password`, and `app_password`, `my-secret-pw`, `postgres123` of `postgres`: nothing that a person had to think of.
 */
function isExamplePassword(value: string, user: string): boolean {
  if (NO_PASSWORD.test(value) || (user !== '' && value.replace(/\d{1,4}$/, '') === user)) return true;
  const parts = value.split(/[_-]/);
  const isUsual = (part: string) => NO_PASSWORD.test(part) || (part !== '' && part === user);
  return parts.some(isUsual) && parts.every((part) => isUsual(part) || WHAT_FOR.test(part));
}

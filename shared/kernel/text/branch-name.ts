/** What is longer may not fit into the name of a file, which has 255 bytes, and to which git adds `.lock`. */
export const LONGEST_BRANCH_NAME = 200;

/** After git-check-ref-format(1), plus: no leading dash, which is an option to every tool that reads the name. */
export function isBranchName(name: string): boolean {
  return (
    name !== '' &&
    name !== '@' &&
    name.length <= LONGEST_BRANCH_NAME &&
    !/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|^[-/]|[/.]$/u.test(name) &&
    name.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/**
 * The same rule, and no space of any kind, as a pattern for the schema that editors read. Every name it takes of at
 * most 200 characters is one for `isBranchName`.
 */
export const BRANCH_NAME =
  /^(?!@$)(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]*[^\s~^:?*[\\\p{Cc}/.]$/u;

/** What makes a branch name when the key of an issue follows. */
export const BRANCH_PREFIX = /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock\/))[^\s~^:?*[\\\p{Cc}]{1,60}$/u;

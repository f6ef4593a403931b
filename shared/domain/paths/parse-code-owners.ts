/** One rule of a CODEOWNERS file. */
export interface OwnerRule {
  pattern: string;
  /** As they stand there: `@ada`, `@group/team`, `@@developer`, `ada@example.com`. */
  owners: string[];
  /** It takes paths out of its section. */
  isExclusion: boolean;
}

/** The rules of one section, in the order of the file; of those outside of every section the name is empty. */
export interface OwnerSection {
  name: string;
  /** Approvals of its owners are not required. */
  isOptional: boolean;
  rules: OwnerRule[];
}

/** A file has more only where it is generated; what comes after is not read. */
const MAX_LINES = 20_000;
const HEADER = /^(\^)?\[([^\]]+)\](?:\[\d*\])?(?:\s+(.*))?$/;

/**
 * Reads a CODEOWNERS file as GitLab does (user/project/codeowners/reference): sections of one name, in any case, are
 * one, which is optional where each of them is; a rule without owners has those its section names. What is no owner is
 * passed over.
 */
export function parseCodeOwners(text: string): OwnerSection[] {
  const sections = new Map<string, OwnerSection>();
  const find = (name: string, isOptional: boolean) => {
    const key = name.trim().toLowerCase();
    const known = sections.get(key) ?? { name: name.trim(), isOptional, rules: [] };
    sections.set(key, known);
    known.isOptional &&= isOptional;
    return known;
  };
  let section = find('', false);
  let defaults: string[] = [];
  for (const raw of text.split(/\r\n|\r|\n/, MAX_LINES)) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, caret, name, owners] = HEADER.exec(line) ?? [];
    if (name === undefined) {
      section.rules.push(parseRule(line, defaults));
      continue;
    }
    section = find(name, caret !== undefined);
    defaults = listOwners(owners ?? '');
  }
  return [...sections.values()].filter(({ rules }) => rules.length > 0);
}

function parseRule(line: string, defaults: readonly string[]): OwnerRule {
  const isExclusion = line.startsWith('!');
  // A space in a name stands behind a backslash.
  const [written = ''] = /^(?:\\.|[^\s\\])+/.exec(isExclusion ? line.slice(1) : line) ?? [];
  const owners = listOwners(line.slice(written.length + (isExclusion ? 1 : 0)));
  return { pattern: written, owners: owners.length > 0 ? owners : [...defaults], isExclusion };
}

function listOwners(text: string): string[] {
  const words = text.trim().split(/\s+/);
  const comment = words.findIndex((word) => word.startsWith('#'));
  return words.slice(0, comment === -1 ? words.length : comment).filter((word) => OWNER.test(word));
}

const OWNER = /^(?:@{1,2}[\w][\w./-]*|[^\s@]+@[^\s@]+)$/;

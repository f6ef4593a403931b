/** Reads issue keys out of text. */
export interface KeyReader {
  /** Keys of a text in the order they appear, each once. Case counts. */
  inText(text: string): string[];
  /** Keys of a branch name, in upper case: `feature/proj-12-login` names PROJ-12. */
  inBranch(name: string): string[];
}

/** Names of standards that look like keys. They are none even where a project has such a key. */
const STANDARD =
  /^(?:UTF-(?:7|8|16|32)|SHA-(?:0|1|2|3|224|256|384|512)|ISO-(?:8601|8859|9001|27001)|MD-5|AES-(?:128|192|256))$/;

/**
 * A reader for the keys of the mapped projects, at word boundaries only. A number that goes on behind a dash or a dot
 * is no key (`CVE-2026-41284`, `PROJ-1.2`), nor is one that starts with zero. Without projects there are no keys.
 */
export function createKeyReader(mappedProjects: readonly string[]): KeyReader {
  // Jira's default key format leaves nothing to escape; a project that does not follow it cannot be matched safely.
  const projects = [...new Set(mappedProjects)].filter((key) => /^[A-Z][A-Z0-9_]*$/.test(key));
  if (projects.length === 0) return { inText: () => [], inBranch: () => [] };
  const key = `(?:${projects.sort((a, b) => b.length - a.length).join('|')})-[1-9][0-9]{0,9}`;
  const text = new RegExp(`(?<![\\p{L}\\p{N}_-])${key}(?![\\p{L}\\p{N}_]|[-.][0-9])`, 'gu');
  // In a branch name a dash separates words on both sides: `fix-proj-1-2nd-try`.
  const branch = new RegExp(`(?<![\\p{L}\\p{N}])${key}(?![\\p{L}\\p{N}])`, 'gu');
  return {
    inText: (value) => read(value, text),
    inBranch: (name) => read(name.toUpperCase().replace(/CVE-\d{4}-\d+/g, ' '), branch),
  };
}

/** By `exec`: `matchAll` makes another expression for each of the hundred thousand texts. */
function read(value: string, pattern: RegExp): string[] {
  if (!value.includes('-')) return [];
  const found: string[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(value); match; match = pattern.exec(value)) {
    const [key] = match;
    if (!found.includes(key) && !STANDARD.test(key)) found.push(key);
  }
  return found;
}

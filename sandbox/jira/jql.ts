import type { StoredIssue } from './model.ts';

export interface Query {
  matches(issue: StoredIssue): boolean;
  compare(a: StoredIssue, b: StoredIssue): number;
}

/** What a query may name; a name that is not known is refused, as Jira does. */
export interface KnownNames {
  hasProject(key: string): boolean;
  hasStatus(name: string): boolean;
  hasUser(accountId: string): boolean;
  /** By id: names of versions are not understood here. */
  hasVersion(id: string): boolean;
  /** What relative times are counted from. */
  now(): number;
}

/** Jira's sentence about a query it does not accept. */
export class JqlError extends Error {
  override readonly name = 'JqlError';
}

/**
 * Parses the part of JQL our searches use: `=`, `!=`, `in`, `not in` on project, status, statusCategory, assignee,
 * labels, key and fixVersion (by id); `updated >=` so many minutes ago; `AND`, `OR`, parentheses; `ORDER BY` updated,
 * created or key. Everything else is refused.
 *
 * @throws {JqlError}
 */
export function parseJql(jql: string, known: KnownNames): Query {
  const tokens = new Tokens(tokenize(jql));
  if (tokens.isAtEnd() || tokens.isWord('ORDER')) {
    throw new JqlError('Unbounded JQL queries are not allowed here. Please add a search restriction to your query.');
  }
  const matches = parseOr(tokens, known);
  const compare = tokens.takeWord('ORDER') ? parseOrder(tokens) : byId;
  if (!tokens.isAtEnd()) throw new JqlError(`Error in the JQL Query: Expecting the end, got '${tokens.take().text}'.`);
  return { matches, compare };
}

type Matches = Query['matches'];

function parseOr(tokens: Tokens, known: KnownNames): Matches {
  const parts = [parseAnd(tokens, known)];
  while (tokens.takeWord('OR')) parts.push(parseAnd(tokens, known));
  return (issue) => parts.some((part) => part(issue));
}

function parseAnd(tokens: Tokens, known: KnownNames): Matches {
  const parts = [parseTerm(tokens, known)];
  while (tokens.takeWord('AND')) parts.push(parseTerm(tokens, known));
  return (issue) => parts.every((part) => part(issue));
}

function parseTerm(tokens: Tokens, known: KnownNames): Matches {
  if (tokens.takeSymbol('(')) {
    const inner = parseOr(tokens, known);
    tokens.expectSymbol(')');
    return inner;
  }
  const field = tokens.take();
  if (field.kind === 'word' && field.text.toLowerCase() === 'updated') return parseUpdated(tokens, known);
  const valuesOf = FIELDS[field.text.toLowerCase()];
  if (field.kind !== 'word' || !valuesOf)
    throw new JqlError(`Field '${field.text}' does not exist or you do not have permission to view it.`);
  const { negated, values } = parseComparison(tokens);
  for (const value of values) checkValue(field.text.toLowerCase(), value, known);
  return (issue) => {
    const own = valuesOf(issue).map((value) => value.toLowerCase());
    return values.some((value) => own.includes(value.toLowerCase())) !== negated;
  };
}

/** Jira counts whole minutes. */
function parseUpdated(tokens: Tokens, known: KnownNames): Matches {
  tokens.expectSymbol('>=');
  const text = tokens.takeValue();
  const minutes = /^-(\d+)m$/.exec(text)?.[1];
  if (minutes === undefined) throw new JqlError(`Date value '${text}' for field 'updated' is invalid.`);
  const from = (Math.floor(known.now() / 60_000) - Number(minutes)) * 60_000;
  return ({ updatedAt }) => updatedAt >= from;
}

const CATEGORY_NAMES = { new: 'To Do', indeterminate: 'In Progress', done: 'Done' };

const FIELDS: Record<string, (issue: StoredIssue) => string[]> = {
  project: (issue) => [issue.projectKey],
  status: (issue) => [issue.status.name, issue.status.id],
  statuscategory: (issue) => [CATEGORY_NAMES[issue.status.category]],
  assignee: (issue) => (issue.assigneeId ? [issue.assigneeId] : []),
  labels: (issue) => issue.labels,
  key: (issue) => [issue.key],
  fixversion: (issue) => issue.fixVersions,
};

function checkValue(field: string, value: string, known: KnownNames): void {
  const exists =
    (field !== 'project' || known.hasProject(value.toUpperCase())) &&
    (field !== 'fixversion' || known.hasVersion(value)) &&
    (field !== 'status' || known.hasStatus(value)) &&
    (field !== 'assignee' || known.hasUser(value)) &&
    (field !== 'statuscategory' ||
      Object.values(CATEGORY_NAMES).some((name) => name.toLowerCase() === value.toLowerCase()));
  if (!exists) throw new JqlError(`The value '${value}' does not exist for the field '${field}'.`);
}

function parseComparison(tokens: Tokens): { negated: boolean; values: string[] } {
  if (tokens.takeSymbol('=')) return { negated: false, values: [tokens.takeValue()] };
  if (tokens.takeSymbol('!=')) return { negated: true, values: [tokens.takeValue()] };
  const negated = tokens.takeWord('NOT');
  if (!tokens.takeWord('IN'))
    throw new JqlError(`Error in the JQL Query: Expecting an operator, got '${tokens.take().text}'.`);
  tokens.expectSymbol('(');
  const values = [tokens.takeValue()];
  while (tokens.takeSymbol(',')) values.push(tokens.takeValue());
  tokens.expectSymbol(')');
  return { negated, values };
}

const ORDERS: Record<string, Query['compare']> = {
  updated: (a, b) => a.updatedAt - b.updatedAt || byId(a, b),
  created: byId,
  key: byId,
};

function parseOrder(tokens: Tokens): Query['compare'] {
  if (!tokens.takeWord('BY')) throw new JqlError("Error in the JQL Query: Expecting 'by'.");
  const field = tokens.take().text;
  const compare = ORDERS[field.toLowerCase()];
  if (!compare) throw new JqlError(`Not able to sort using field '${field}'.`);
  if (tokens.takeWord('DESC')) return (a, b) => compare(b, a);
  tokens.takeWord('ASC');
  return compare;
}

function byId(a: StoredIssue, b: StoredIssue): number {
  return Number(a.id) - Number(b.id);
}

interface Token {
  kind: 'word' | 'text' | 'symbol';
  text: string;
}

function tokenize(jql: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*(?:"((?:[^"\\]|\\.)*)"|(!=|>=|[=(),])|([^\s"=!>(),]+))/suy;
  while (pattern.lastIndex < jql.trimEnd().length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(jql);
    if (!match) throw new JqlError(`Error in the JQL Query: The character at position ${at + 1} is not expected.`);
    const [, text, symbol, word] = match;
    if (text !== undefined) tokens.push({ kind: 'text', text: readEscapes(text) });
    else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

function readEscapes(text: string): string {
  return text.replaceAll(/\\(u([0-9a-f]{4})|.)/gis, (_, c: string, hex?: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : c,
  );
}

class Tokens {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  isWord(word: string): boolean {
    const next = this.#tokens[this.#at];
    return next?.kind === 'word' && next.text.toUpperCase() === word;
  }

  take(): Token {
    const next = this.#tokens[this.#at];
    if (!next) throw new JqlError('Error in the JQL Query: It ends too early.');
    this.#at += 1;
    return next;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.#at += 1;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    const next = this.#tokens[this.#at];
    if (next?.kind !== 'symbol' || next.text !== symbol) return false;
    this.#at += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw new JqlError(`Error in the JQL Query: Expecting '${symbol}'.`);
  }

  takeValue(): string {
    const token = this.take();
    if (token.kind === 'symbol') throw new JqlError(`Error in the JQL Query: Expecting a value, got '${token.text}'.`);
    return token.text;
  }
}

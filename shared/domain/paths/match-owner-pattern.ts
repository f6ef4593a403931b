/**
 * A matcher for a pattern of a CODEOWNERS file, with GitLab's rules: one that does not begin with `/` matches at any
 * depth, one that ends with `/` matches all below, `**` stands for any number of folders, and what matches counts in
 * the case it is written in. It takes time by the lengths of both, whatever the pattern.
 */
export function createOwnerMatcher(pattern: string): (path: string) => boolean {
  const anchored = pattern === '*' ? '/**/*' : pattern.startsWith('/') ? pattern : `/**/${pattern}`;
  const parts = (anchored.endsWith('/') ? `${anchored}**/*` : anchored).slice(1).split('/');
  const steps = parts.map((part, index) => (part === '**' && index < parts.length - 1 ? ANY_FOLDERS : toTokens(part)));
  const last = steps.at(-1);
  return (path) => {
    const names = path.split('/');
    // The name of the file rules most rules out.
    if (last !== undefined && last !== ANY_FOLDERS && !matchName(last, names.at(-1) ?? '')) return false;
    return matchSteps(steps, names);
  };
}

const ANY_FOLDERS = Symbol('any folders');
type Step = typeof ANY_FOLDERS | Token[];

/** How far the path may be matched after each step. */
function matchSteps(steps: readonly Step[], names: readonly string[]): boolean {
  let reached: ReadonlySet<number> = new Set([0]);
  for (const step of steps) {
    reached = step === ANY_FOLDERS ? withAllAfter(reached, names.length) : advance(step, reached, names);
    if (reached.size === 0) return false;
  }
  return reached.has(names.length);
}

function withAllAfter(reached: ReadonlySet<number>, end: number): Set<number> {
  const first = Math.min(...reached);
  return new Set(Array.from({ length: end - first }, (_, index) => first + index));
}

function advance(tokens: readonly Token[], reached: ReadonlySet<number>, names: readonly string[]): Set<number> {
  const next = new Set<number>();
  for (const at of reached) if (at < names.length && matchName(tokens, names[at] ?? '')) next.add(at + 1);
  return next;
}

/** One character or a set of them; `*` is any number of any. */
type Token = '*' | ((character: string) => boolean);

function toTokens(part: string): Token[] {
  const tokens: Token[] = [];
  const pieces = part.match(/\\.|\[[!^]?\]?[^\]]*\]|[\s\S]/gu) ?? [];
  for (const piece of pieces) {
    if (piece === '*') {
      if (tokens.at(-1) !== '*') tokens.push('*');
    } else tokens.push(toTest(piece));
  }
  return tokens;
}

function toTest(piece: string): (character: string) => boolean {
  if (piece === '?') return () => true;
  if (piece.length > 2 && piece.startsWith('[')) return toSet(piece.slice(1, -1));
  const wanted = piece.length > 1 && piece.startsWith('\\') ? piece.slice(1) : piece;
  return (character) => character === wanted;
}

function toSet(inside: string): (character: string) => boolean {
  const isNegated = /^[!^]/.test(inside);
  const ranges = (isNegated ? inside.slice(1) : inside).match(/[\s\S]-[\s\S]|[\s\S]/gu) ?? [];
  const isIn = (character: string) =>
    ranges.some((range) => {
      const [low = '', , high = low] = [...range];
      return low <= character && character <= high;
    });
  return (character) => isIn(character) !== isNegated;
}

/** The last star is given one character more each time, and no earlier one is tried again: that finds every match. */
function matchName(tokens: readonly Token[], name: string): boolean {
  const characters = [...name];
  let token = 0;
  let star = -1;
  let starAt = 0;
  for (let at = 0; at < characters.length; ) {
    const wanted = tokens[token];
    if (wanted === '*') {
      star = token;
      starAt = at;
      token += 1;
    } else if (wanted?.(characters[at] ?? '')) {
      token += 1;
      at += 1;
    } else if (star >= 0) {
      starAt += 1;
      at = starAt;
      token = star + 1;
    } else return false;
  }
  return tokens.slice(token).every((left) => left === '*');
}

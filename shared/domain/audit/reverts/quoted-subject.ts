/** A subject that wraps another one, such as `Revert "Revert "PROJ-1: x""`. */
export interface QuotedSubject {
  /** Text outside the outermost quotes, which is the author's own. */
  own: string;
  /** The subject inside all quotes; null when nothing is quoted this way. */
  inner: string | null;
  /** Number of reverts around it: odd takes the change away, even brings it back. `Reapply` counts as two. */
  depth: number;
}

/** Takes `Revert "..."` and `Reapply "..."` (git 2.43) apart, as git and GitLab write them. */
export function parseQuotedSubject(subject: string): QuotedSubject {
  const outer = QUOTES.test(subject) && /^(.*?)\b(Revert|Reapply) "(.*)"(.*)$/s.exec(subject);
  if (!outer) return { own: subject, inner: null, depth: 0 };
  let depth = outer[2] === 'Reapply' ? 2 : 1;
  let inner = outer[3] ?? '';
  for (let next = NESTED.exec(inner); next; next = NESTED.exec(inner)) {
    depth += next[1] === 'Reapply' ? 2 : 1;
    inner = next[2] ?? '';
  }
  return { own: `${outer[1] ?? ''} ${outer[4] ?? ''}`, inner, depth };
}

/** To see that a subject quotes nothing is much cheaper than to take it apart, and nearly all do not. */
const QUOTES = /\bRe(?:vert|apply) "/;

const NESTED = /^(Revert|Reapply) "(.*)"$/s;

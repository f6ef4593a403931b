/**
 * Whether a secret is a word that texts of people have as well, such as `postgres`, `root` or `Test1234`, or too short
 * to be told from one: masked everywhere it would make ordinary sentences unreadable.
 */
export function isOrdinaryWord(secret: string): boolean {
  return secret.length < SHORTEST_SECRET || /^(?:[a-z]{1,12}|[A-Z][a-z]{1,11}|[A-Z]{1,12})[\d_!?.-]{0,5}$/.test(secret);
}

/** What is shorter is no token either. */
const SHORTEST_SECRET = 8;

/** The words of the query language, as help and the board list them. */
export const QUERY_WORDS = 'is: kind: project: label: created:<24h updated:>2d sort:cost';

/** Milliseconds; `until` is not part of it. */
export interface Span {
  since: number;
  until: number;
  /** When it is asked about, where that is later than `until`: of a week that is over. */
  now?: number;
}

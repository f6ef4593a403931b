/** Milliseconds; `until` is not part of it. */
export interface Span {
  since: number;
  until: number;
}

/** What the catalogue says about one way to fail. */
export interface Failure {
  /** Whether the same task may succeed when tried again later. */
  retry: boolean;
  /** A service is out of reach, so that it is tried for longer than what may be the fault of the task. */
  outage?: true;
  /** The service refused who asks, and said nothing of what was asked for: with a renewed credential it may succeed. */
  credential?: true;
  /** One sentence that may be shown to people. It never carries a value from outside. */
  sentence: string;
  /**
   * What the person who reads `sentence` can do next. It fits every place it is read at: how to ask again is said by
   * the place.
   */
  next: string;
}

/** The project map as it was last put to use on purpose, in its runtime form. */
export interface AppliedMap {
  /** The configuration generation it was put to use with; 0 before the first reload. */
  generation: number;
  json: string;
}

/**
 * Remembers the map of the last reload, so that the next one can say what it changes, whichever instance answers and whatever
 * that instance has read from the source meanwhile.
 */
export interface AppliedMaps {
  /** `undefined` when none was recorded, or its text is kept no longer. */
  find(): Promise<AppliedMap | undefined>;
  /** Does nothing when a map of the same or a later generation is recorded. */
  record(map: AppliedMap): Promise<void>;
}

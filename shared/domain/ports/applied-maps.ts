import type { Binding } from '../mapping/binding.ts';
import type { MappingProblem } from '../mapping/problem.ts';

/** Which project map is in force, without the map itself. */
export interface AppliedMapVersion {
  /** Raised by every map that is put in force; 0 for the first one of a deployment. */
  generation: number;
  /** When it was put in force, in milliseconds since the epoch. */
  appliedAt: number;
  /** A digest of the settings it was applied from, so that a start sees whether they changed. */
  setting?: string;
  /** 0.1.0 worked on this storage: what it left has to be looked for. */
  hasEarlierRuns?: true;
}

/** The project map in force, in its runtime form. */
export interface AppliedMap extends AppliedMapVersion {
  json: string;
  /**
   * Version 0.1.0 stored it, in a row of its own: recording it once keeps it. `appliedAt` is 0, for it is not known.
   */
  isFromEarlierRow?: true;
}

/** The project map in force as a program has understood it, which it need not check again. */
export interface CheckedMap extends AppliedMapVersion {
  bindings: readonly Binding[];
  /** A digest of the text of the source in which the program found just this map; absent where it has not looked. */
  source?: string;
}

/** A source that could not be used, and what was wrong with it. */
export interface MapRefusal {
  /** When that was seen first. */
  at: number;
  problems: MappingProblem[];
}

/**
 * The project map every process works on: the last one that was put in force, independent of what the source holds now.
 * It is kept as long as the deployment lives. All methods throw {TaskError} `storage-unavailable` or `storage-refused`.
 */
export interface AppliedMaps {
  /** One small read; `undefined` when no map was ever put in force. */
  findVersion(): Promise<AppliedMapVersion | undefined>;
  find(): Promise<AppliedMap | undefined>;
  /**
   * The map in force as `recordChecked` was given it by a program with the same rules. `undefined` where there is none,
   * where it is damaged, and where another map is in force; `find` has the map then.
   */
  findChecked(rules: string): Promise<CheckedMap | undefined>;
  /** Keeps what a program with these rules has understood; does nothing when another map is in force by now. */
  recordChecked(rules: string, map: Pick<CheckedMap, 'generation' | 'bindings' | 'source'>): Promise<void>;
  /** Puts a map in force; does nothing when one of the same or a later generation is. */
  record(map: AppliedMap): Promise<void>;
  /** Notes that the map in force is the one of these settings, without another generation. */
  recordSetting(generation: number, setting: string): Promise<void>;
  findRefusal(): Promise<MapRefusal | undefined>;
  /** Keeps why the source cannot be used; `undefined`: it can. */
  recordRefusal(refusal: MapRefusal | undefined): Promise<void>;
}

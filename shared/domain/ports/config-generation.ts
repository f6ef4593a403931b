/** A number every instance compares with the one it loaded its configuration at. */
export interface ConfigGeneration {
  /** 0 before the first reload. */
  get(): Promise<number>;
  /** One more than ever before, also when two reloads run at once. */
  raise(): Promise<number>;
}

interface Watermark {
  value: string;
  version: string;
}

/** Per name, the point up to which everything has been planned. Move it only after all of it is enqueued. */
export interface Watermarks {
  find(name: string): Promise<Watermark | undefined>;
  /**
   * False when another process moved it since it was read: what it planned and we planned is the same, so drop ours.
   */
  advance(name: string, value: string, from: Watermark | undefined): Promise<boolean>;
  /** Every watermark's value by its name. */
  list(): Promise<Map<string, string>>;
}

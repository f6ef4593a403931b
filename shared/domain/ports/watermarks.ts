export interface Watermark {
  value: string;
  version: string;
}

export interface WatermarkMove {
  name: string;
  value: string;
  from: Watermark | undefined;
}

/** Per name, the point up to which everything has been planned. Move it only after all of it is enqueued. */
export interface Watermarks {
  find(name: string): Promise<Watermark | undefined>;
  /**
   * False when another process moved it since it was read: what it planned and we planned is the same, so drop ours.
   */
  advance(name: string, value: string, from: Watermark | undefined): Promise<boolean>;
  /** `advance` for many, in few requests: one that another process moved is left as that process wrote it. */
  advanceAll(moves: readonly WatermarkMove[]): Promise<void>;
  /** Every watermark by its name. */
  list(): Promise<Map<string, Watermark>>;
}

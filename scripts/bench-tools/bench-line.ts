/** What a line needs to know of the machine. */
export interface BenchEnvironment {
  /** `PATH`, for the git that is started. */
  searchPath: string;
}

/** One line of the benchmark: two things measured in one run, and their ratio. */
export interface BenchLine {
  name: string;
  unit: string;
  /** What it costs without us. */
  floor: number;
  ours: number;
  ratio: number;
  /** The promise: `ratio` stays at or below this. */
  limit: number;
  /** What a reader must know to read the numbers right. */
  note?: string;
}

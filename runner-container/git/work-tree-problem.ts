/** What keeps a work tree from being listed at all. */
export type WorkTreeProblem = 'too-many-entries' | 'path-too-long' | 'blocking-file';

/** Each problem for people, as the end of a sentence about the work. */
export const WORK_TREE_PROBLEMS: Readonly<Record<WorkTreeProblem, string>> = {
  'path-too-long': 'it has paths that are longer than the system opens',
  'too-many-entries': 'it has more files than can be listed',
  'blocking-file': 'a pipe or a device stands in it where git reads a file such as `.gitignore`',
};

/** All results, or the first failure once nothing is under way any more: nothing is written after that. */
export async function allEnded<T>(work: readonly (T | Promise<T>)[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** The plan of an event about which nothing is to be done, with the word that says why. */
export function skip<Reason extends string>(reason: Reason): { action: 'skip'; reason: Reason } {
  return { action: 'skip', reason };
}

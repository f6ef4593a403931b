let words = 0;

/** A unique word, so that it can be found in the requests to the model. */
export function createMarker(): string {
  words += 1;
  return `marker${words}x`;
}

/** The markers of `createMarker` in a text. */
export function findMarkers(text: string): string[] {
  return text.match(/\bmarker\d+x\b/g) ?? [];
}

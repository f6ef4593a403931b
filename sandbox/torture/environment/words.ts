let words = 0;

/** A word nobody else says, so that it can be found in what the model was told. */
export function newWord(): string {
  words += 1;
  return `wish${words}x`;
}

/** The words of `newWord` in a text. */
export function findWords(text: string): string[] {
  return text.match(/\bwish\d+x\b/g) ?? [];
}

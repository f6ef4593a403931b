/**
 * Text as a terminal may be given it. Tickets, models and repositories may say anything, and a terminal obeys control
 * characters: one that is no line end, tab or our own bold type becomes U+FFFD.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, '\uFFFD');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const CONTROLS = /(?!\n|\t|\u001b\[(?:1|22)m)\p{Cc}/gu;

/**
 * `markdownToAdf` with its Markdown parser, loaded by the first comment that is written: most invocations of a function
 * write none, and a cold start should not wait for it.
 */
export async function loadMarkdownToAdf(): Promise<typeof import('./adf/markdown-to-adf.ts').markdownToAdf> {
  const { markdownToAdf } = await import('./adf/markdown-to-adf.ts');
  return markdownToAdf;
}

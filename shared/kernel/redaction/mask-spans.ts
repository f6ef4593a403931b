/** A part of a text: UTF-16 offsets, the end exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** The text with every span replaced by `mask`; spans that overlap share one. */
export function maskSpans(text: string, spans: readonly Span[], mask: string): string {
  if (spans.length === 0) return text;
  const ordered = spans.toSorted((a, b) => a.start - b.start);
  const parts: string[] = [];
  let kept = 0;
  for (const { start, end } of ordered) {
    if (end <= kept) continue;
    // Touching hits share one mask only when they overlap; two secrets side by side stay two.
    if (start >= kept) parts.push(text.slice(kept, start), mask);
    kept = end;
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

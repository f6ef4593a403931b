import type { IncomingHttpHeaders } from 'node:http';

/** Headers as one text each, without those of the given names. */
export function plainHeaders(headers: IncomingHttpHeaders, without: readonly string[] = []): Record<string, string> {
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || without.includes(name) ? [] : [[name, String(value)]],
  );
  return Object.fromEntries(kept) as Record<string, string>;
}

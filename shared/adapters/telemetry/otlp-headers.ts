/**
 * Reads `key=value,key=value` with percent-encoded values, the format of OTEL_EXPORTER_OTLP_HEADERS
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). `undefined` when the text is not of that form.
 */
export function parseOtlpHeaders(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [, key, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(part) ?? [];
    const decoded = value === undefined ? undefined : decodePercent(value);
    if (!key || !decoded || !/^[\x20-\x7e]+$/.test(decoded)) return undefined;
    headers[key.toLowerCase()] = decoded;
  }
  return headers;
}

function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // a stray "%": the caller names the setting
  }
}

/**
 * The text of a body, without the byte order mark that some senders put before it (PowerShell, older .NET proxies). The
 * mark also names the encoding; without one it is UTF-8 (RFC 8259), in which broken bytes become U+FFFD.
 */
export function decodeBody(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

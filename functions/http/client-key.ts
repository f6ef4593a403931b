import { isIP } from 'node:net';

/**
 * Who is asking, as a key for counting: the address the platform's front end saw, which it appends to
 * `X-Forwarded-For`. What stands before it was written by the sender, who could choose a fresh key with it. An IPv6
 * sender owns a whole /64, so that is what counts. Without a readable address all share one key.
 */
export function clientKey(headers: { get(name: string): string | null }): string {
  const appended = headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? '';
  const address = stripPort(appended);
  switch (isIP(address)) {
    case 4:
      return address;
    case 6:
      return networkOf(address);
    default:
      return 'unknown';
  }
}

/** `203.0.113.7:4711` and `[2001:db8::1]:4711`; a bare IPv6 address keeps its colons. */
function stripPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  if (bracketed !== undefined) return bracketed;
  return text.replace(/^([\d.]+):\d+$/, '$1');
}

function networkOf(address: string): string {
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  // `URL` writes the one canonical form, in which only `::` has to be filled up.
  const canonical = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return `${[...left, ...new Array<string>(zeros).fill('0'), ...right].slice(0, 4).join(':')}::/64`;
}

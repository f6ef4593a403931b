import { expect, it } from 'vitest';

import { clientKey } from './client-key.ts';

it.each([
  { name: 'no header', header: undefined, key: 'unknown' },
  { name: 'what the front end appended, with its port', header: '203.0.113.7:4711', key: '203.0.113.7' },
  { name: 'the last of several', header: '10.0.0.1, 198.51.100.2, 203.0.113.7', key: '203.0.113.7' },
  { name: 'never what the sender wrote before it', header: 'anything; I like,203.0.113.7', key: '203.0.113.7' },
  { name: 'an IPv6 address by its network', header: '2001:db8:1:2:3:4:5:6', key: '2001:db8:1:2::/64' },
  { name: 'another address of the same network', header: '[2001:db8:1:2::99]:443', key: '2001:db8:1:2::/64' },
  { name: 'another network', header: '2001:db8:1:3::99', key: '2001:db8:1:3::/64' },
  { name: 'a short IPv6 address', header: '::1', key: '0:0:0:0::/64' },
  { name: 'an IPv4 address in IPv6 clothes', header: '::ffff:203.0.113.7', key: '203.0.113.7' },
  { name: 'no address', header: 'localhost', key: 'unknown' },
  { name: 'an injection', header: '1.2.3.4\u0000{"level":"error"}', key: 'unknown' },
  { name: 'a very long text', header: 'f'.repeat(100_000), key: 'unknown' },
])('knows the sender by $name', ({ header, key }) => {
  // Not a Headers object: that would refuse some of these by itself.
  expect(clientKey({ get: () => header ?? null })).toBe(key);
});

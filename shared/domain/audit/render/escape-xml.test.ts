import { expect, it } from 'vitest';
import { escapeXml } from './escape-xml.ts';

it.each([
  [`a < b & "c" > 'd'`, 'a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;'],
  ['nul \u0000 and bell \u0007', 'nul \uFFFD and bell \uFFFD'],
  ['half a pair \uD83D', 'half a pair \uFFFD'],
  ['tab\tline\nürich 🙂', 'tab\tline\nürich 🙂'],
])('writes %j as %j', (text, xml) => {
  expect(escapeXml(text)).toBe(xml);
});

it('lets no character through that a document may not hold', () => {
  const allowed = /^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}]$/u;
  const characters = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code));
  const forbidden = characters.filter((one) => !allowed.test(one));
  expect(forbidden.filter((one) => escapeXml(one) !== '\uFFFD')).toEqual([]);
});

import { expect, it } from 'vitest';
import { renderMarkdown } from './markdown.ts';

const render = (text: string) => String(renderMarkdown(text)).replace(/^<div class="prose">(.*)<\/div>$/s, '$1');

it.each([
  ['a *b* **c** `d`', '<p>a <em>b</em> <strong>c</strong> <code>d</code></p>'],
  ['# Title', '<p><strong>Title</strong></p>'],
  ['- one\n- [x] two', '<ul><li><p>one</p></li><li>☑ <p>two</p></li></ul>'],
  ['2. two', '<ol start="2"><li><p>two</p></li></ol>'],
  ['[a](https://example.com/?a=1&b=2)', '<p><a href="https://example.com/?a=1&amp;b=2" rel="noreferrer">a</a></p>'],
  ['[a][b]\n\n[b]: https://example.com', '<p><a href="https://example.com" rel="noreferrer">a</a></p>'],
  ['<!-- cmap:hidden -->\nshown', 'shown'],
])('renders %j', (text, html) => {
  expect(render(text).trim()).toContain(html);
});

it.each([
  '<script>window.attacked = 1</script>',
  '<img src=x onerror=alert(1)>',
  'a <a href="javascript:alert(1)">b</a>',
  '[b](javascript:alert(1))',
  '![x](https://evil.example/pixel.png)',
  '[b](data:text/html,<script>)',
  '`</code><script>`',
  '```"><script>\n</pre><script>\n```',
  '| <script> |\n|---|\n| <script> |',
  '[b][c]\n\n[c]: javascript:alert(1)',
])('lets nothing through that acts: %s', (text) => {
  const html = render(text);
  expect(html).not.toMatch(/<(script|img|a |iframe)/i);
  expect(html).not.toMatch(/<[^>]*(href|src|onerror)=/);
});

it('shows the words of what is nested too deeply', () => {
  expect(render(`${'> '.repeat(500)}deep`)).toContain('deep');
});

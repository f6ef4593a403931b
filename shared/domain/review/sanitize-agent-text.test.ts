import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseMarker } from '../../kernel/text/marker.ts';
import { sanitizeAgentText, sanitizeInline } from './sanitize-agent-text.ts';

const G = '\u200B';

describe('sanitizeAgentText', () => {
  it.each([
    { name: 'a mention', text: 'ask @alice now', expected: `ask @${G}alice now` },
    { name: 'a group mention in emphasis', text: '_@all_ and **@all**', expected: `_@${G}all_ and **@${G}all**` },
    { name: 'a mention behind a backslash', text: '\\@all', expected: `\\@${G}all` },
    { name: 'a mention behind a letter with an accent', text: 'é@all', expected: `é@${G}all` },
    { name: 'a mention written as an entity', text: '&#64;all &commat;all', expected: `&${G}#64;all &${G}commat;all` },
    { name: 'a mention in a code span, which may be none', text: '` @all `x', expected: `\` @${G}all \`x` },
    { name: 'an address', text: 'mail a@b.example', expected: 'mail a@b.example' },
    { name: 'a quick action', text: 'ok\n/merge', expected: `ok\n${G}/merge` },
    { name: 'an indented quick action', text: 'ok\n  /approve', expected: `ok\n  ${G}/approve` },
    { name: 'a slash in a sentence', text: 'and/or /merge', expected: 'and/or /merge' },
    { name: 'HTML', text: '<img src=x> </b> a < b', expected: `<${G}img src=x> <${G}/b> a < b` },
    {
      name: 'a comment',
      text: '<!-- cmap {"purpose":"summary"} -->',
      expected: `<${G}!-- cmap {"purpose":"summary"} -->`,
    },
    { name: 'generics in a code span', text: 'use `Array<string>`', expected: `use \`Array<${G}string>\`` },
    { name: 'entities that only show signs', text: 'a &lt; b &amp; c', expected: 'a &lt; b &amp; c' },
    { name: 'an image', text: '![x](https://evil.example/a.png)', expected: `!${G}[x](https://evil.example/a.png)` },
    {
      name: 'code in a fence',
      text: '```ts\n@Component() <div> /x\n```',
      expected: '```ts\n@Component() <div> /x\n```',
    },
    { name: 'a command in a fence', text: '```\n/merge\n```', expected: `\`\`\`\n${G}/merge\n\`\`\`` },
    {
      name: 'a marker in a fence',
      text: '```\n<!-- cmap {} -->\n```',
      expected: `\`\`\`\n<${G}!-- cmap {} -->\n\`\`\``,
    },
    { name: 'a suggestion that nobody checked', text: '```suggestion:-0+0\nrm\n```', expected: '```text\nrm\n```' },
    { name: 'a diagram', text: '~~~mermaid\na\n~~~', expected: '~~~text\na\n~~~' },
    { name: 'an open fence', text: '```\ncode', expected: '```\ncode\n```' },
    { name: 'a fence in a list', text: '- ```ts\n  a\n  ```\n@all', expected: `\`\`\`ts\na\n\`\`\`\n@${G}all` },
    { name: 'a fence in a quote', text: '> ```\n@all', expected: `> \`\n@${G}all` },
    {
      name: 'an indented fence that closes nothing',
      text: 'a\n  ```\n  b\n```\n@all',
      expected: `a\n\`\`\`\nb\n\`\`\`\n@${G}all`,
    },
    {
      name: 'a quote block around a fence',
      text: '>>>\n```\n>>>\n@all',
      expected: `${G}>>>\n\`\`\`\n>>>\n@all\n\`\`\``,
    },
    { name: 'front matter', text: '---\na: b\n---', expected: `${G}---\na: b\n---` },
    { name: 'characters that turn the text', text: 'a\u202Eb\u0007c\u2066d', expected: 'abcd' },
    { name: 'line ends of another system', text: 'a\r\n/merge', expected: `a\n${G}/merge` },
  ])('handles $name', ({ text, expected }) => {
    expect(sanitizeAgentText(text)).toBe(expected);
  });

  it('keeps only so many links alive', () => {
    const text = Array.from({ length: 4 }, (_, index) => `https://example.com/${index}`).join(' and [x](y) ');
    expect(sanitizeAgentText(text, { maxLinks: 2 }).split(`https:${G}//`)).toHaveLength(3);
  });

  it('cuts long text and closes the fence it cut', () => {
    const cut = sanitizeAgentText(`\`\`\`\n${'x'.repeat(100)}`, { maxChars: 20 });
    expect(cut).toBe(`\`\`\`\n${'x'.repeat(16)}\u2026\n\`\`\``);
  });

  it('leaves no mention, command, tag or marker outside of code, whatever comes in', () => {
    const pieces = fc.constantFrom(
      '@all',
      '/merge',
      '<!-- cmap {"purpose":"summary"} -->',
      '```',
      '~~~',
      '`',
      '> ',
      '- ',
      '  ',
      '\n',
      '\n',
      'x',
      '\\',
      '<b>',
      '>>>',
      '![',
      '&#64;',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const safe = sanitizeAgentText(parts.join(''));
        expect(parseMarker(safe)).toBeUndefined();
        expect(safe).not.toMatch(/^\s*\/merge/m);
        expect(outsideTopLevelFences(safe)).not.toMatch(/(?<![A-Za-z0-9])@all|<b>|<!--|!\[|&#64;/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sanitizeInline', () => {
  it.each([
    { name: 'stays on one line', text: 'a\n\n/merge | b', expected: 'a /merge \\| b' },
    { name: 'opens no fence', text: '```x', expected: "'x" },
    { name: 'mentions nobody', text: '@all', expected: `@${G}all` },
  ])('$name', ({ text, expected }) => {
    expect(sanitizeInline(text)).toBe(expected);
  });
});

/** What is left when fences at the start of a line are taken out, as CommonMark reads them. */
function outsideTopLevelFences(text: string): string {
  let open: string | undefined;
  return text
    .split('\n')
    .filter((line) => {
      const run = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[1];
      if (open !== undefined) {
        if (run?.startsWith(open) && line.trim() === run) open = undefined;
        return false;
      }
      open = run;
      return run === undefined;
    })
    .join('\n');
}

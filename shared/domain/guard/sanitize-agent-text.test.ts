import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
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
    { name: 'a mention in a code span', text: '` @all `x', expected: '` @all `x' },
    { name: 'a mention in a code span that closes nowhere', text: '` @all x', expected: `\` @${G}all x` },
    {
      name: 'a mention in what is no code span, because the line before opened one',
      text: 'a ` b\n`@all` c',
      expected: `a \` b\n\`@${G}all\` c`,
    },
    { name: 'a mention behind a backtick that is escaped', text: '\\`@all`', expected: `\\\`@${G}all\`` },
    { name: 'a code span in a cell that the table cuts', text: '| `a | @all` |', expected: `| \`a | @${G}all\` |` },
    { name: 'a backtick in math', text: '$`$ @all `x', expected: `$\`$ @${G}all \`x` },
    {
      name: 'a command line in a code span',
      text: 'run `npx @scope/cli <dir> && a`',
      expected: 'run `npx @scope/cli <dir> && a`',
    },
    { name: 'a mention right before a code span', text: '@`all`', expected: `@${G}\`all\`` },
    {
      name: 'a word that closes an issue',
      text: 'closes #12, fixes: g/p#7',
      expected: `closes ${G}#12, fixes: ${G}g/p#7`,
    },
    {
      name: 'a word that closes an issue by its address or its Jira key',
      text: 'Resolves https://x/issues/1 and implements issue PROJ-9',
      expected: `Resolves ${G}https://x/issues/1 and implements ${G}issue PROJ-9`,
    },
    {
      name: 'a word that closes an issue in brackets',
      text: 'Closes [issue:12], fixes: g/p[work_item:7], resolves issue [issue:g/p/1]',
      expected: `Closes ${G}[issue:12], fixes: ${G}g/p[work_item:7], resolves ${G}issue [issue:g/p/1]`,
    },
    { name: 'a word that closes an issue in code', text: '`fixes #1`', expected: `\`fixes ${G}#1\`` },
    {
      name: 'such a word without an issue',
      text: 'It closes the file and fixes 3 bugs.',
      expected: 'It closes the file and fixes 3 bugs.',
    },
    {
      name: 'a word that skips the pipeline',
      text: 'see [skip ci] and [CI-skip]',
      expected: `see [${G}skip ci] and [${G}CI-skip]`,
    },
    { name: 'such a word in a fence', text: '```\n[ci skip]\n```', expected: `\`\`\`\n[${G}ci skip]\n\`\`\`` },
    {
      name: 'a path at the start of a line in a fence',
      text: '```\n/usr/bin/env\n```',
      expected: '```\n/usr/bin/env\n```',
    },
    { name: 'an address', text: 'mail a@b.example', expected: 'mail a@b.example' },
    { name: 'a quick action', text: 'ok\n/merge', expected: `ok\n${G}/merge` },
    {
      name: 'a quick action by its other name in code',
      text: '```\n/remove_label ~a\n```',
      expected: `\`\`\`\n${G}/remove_label ~a\n\`\`\``,
    },
    { name: 'an indented quick action', text: 'ok\n  /approve', expected: `ok\n  ${G}/approve` },
    { name: 'a slash in a sentence', text: 'and/or /merge', expected: 'and/or /merge' },
    { name: 'HTML', text: '<img src=x> </b> a < b', expected: `<${G}img src=x> <${G}/b> a < b` },
    {
      name: 'a comment',
      text: '<!-- cmap {"purpose":"summary"} -->',
      expected: `<${G}!-- cmap {"purpose":"summary"} -->`,
    },
    { name: 'generics in a code span', text: 'use `Array<string>`', expected: 'use `Array<string>`' },
    { name: 'generics in prose', text: 'use Array<string>', expected: `use Array<${G}string>` },
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
    { name: 'a suggestion that was not checked', text: '```suggestion:-0+0\nrm\n```', expected: '```text\nrm\n```' },
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

  it('counts links over the whole text, not for each line', () => {
    const text = Array.from({ length: 4 }, (_, index) => `see https://example.com/${index}`).join('\n\n');
    expect(sanitizeAgentText(text, { maxLinks: 2 }).split(`https:${G}//`)).toHaveLength(3);
  });

  it('counts links over the whole line, not up to the next code span', () => {
    const text = Array.from({ length: 4 }, (_, index) => `https://example.com/${index} `).join('`code`');
    expect(sanitizeAgentText(text, { maxLinks: 2 }).split(`https:${G}//`)).toHaveLength(3);
  });

  it('cuts the whole text, not each line', () => {
    expect(sanitizeAgentText(`${'a'.repeat(8)}\n${'b'.repeat(8)}\n${'c'.repeat(8)}`, { maxChars: 12 })).toBe(
      `${'a'.repeat(8)}\nbbb\u2026`,
    );
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
      '``',
      ' | ',
      '\n| - | - |\n',
      '\n\n',
      '1. ',
      '# ',
      'fixes #1',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const safe = sanitizeAgentText(parts.join(''));
        expect(parseMarker(safe)).toBeUndefined();
        expect(safe).not.toMatch(/^\s*\/merge(?=\s|$)/m);
        const { prose, kinds } = readMarkdown(safe);
        expect(prose).not.toMatch(/(?<![A-Za-z0-9])@all|<b>|<!--|!\[/);
        expect(kinds).not.toContain('html');
        expect(kinds).not.toContain('image');
        expect(safe).not.toMatch(/\bfixes #1/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('sanitizeInline', () => {
  it.each([
    { name: 'stays on one line', text: 'a\n\n/merge | b', expected: 'a /merge \\| b' },
    { name: 'opens no fence', text: '```x', expected: "'x" },
    { name: 'mentions no account', text: '@all', expected: `@${G}all` },
    { name: 'keeps code as it is', text: 'use `Map<K, V>`', expected: 'use `Map<K, V>`' },
    { name: 'leaves no backtick open', text: 'a ` b', expected: 'a &#96; b' },
    { name: 'takes code that a cell would cut for text', text: '`a | b`', expected: '&#96;a \\| b&#96;' },
    { name: 'closes no issue', text: 'Fixes #1', expected: `Fixes ${G}#1` },
    { name: 'closes no issue in brackets', text: 'Fixes [issue:1]', expected: `Fixes ${G}[issue:1]` },
  ])('$name', ({ text, expected }) => {
    expect(sanitizeInline(text)).toBe(expected);
  });
});

/** What a reader of GitLab Flavored Markdown takes for text, entities read, and the kinds of nodes there are. */
function readMarkdown(text: string): { prose: string; kinds: string[] } {
  const kinds: string[] = [];
  const prose: string[] = [];
  const pending: Nodes[] = [fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })];
  for (let node = pending.pop(); node; node = pending.pop()) {
    kinds.push(node.type);
    if (node.type === 'text') prose.push(node.value);
    if ('children' in node) pending.push(...node.children);
  }
  return { prose: prose.join('\n'), kinds };
}

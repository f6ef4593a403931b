import { describe, expect, it } from 'vitest';

import { mentions, parseCommand } from './parse-command.ts';

describe('parseCommand', () => {
  it.each([
    { body: '/copilot', command: { kind: 'help' } },
    { body: '/copilot help', command: { kind: 'help' } },
    { body: '/copilot review', command: { kind: 'review' } },
    { body: '/Copilot  Full   Review.', command: { kind: 'full-review' } },
    { body: '/copilot full-review', command: { kind: 'full-review' } },
    { body: '/copilot pause', command: { kind: 'pause' } },
    { body: '/copilot rebase', command: { kind: 'rebase', instruction: 'rebase' } },
    { body: '@cmap Rebase!', command: { kind: 'rebase', instruction: 'Rebase!' } },
    {
      body: '/copilot rebase\nand add a test',
      command: { kind: 'instruct', instruction: 'rebase\nand add a test' },
    },
    { body: '/copilot rebase onto develop', command: { kind: 'instruct', instruction: 'rebase onto develop' } },
    { body: '/copilot resume', command: { kind: 'resume' } },
    { body: 'By design.\n\n/copilot ignore', command: { kind: 'ignore' } },
    { body: '/copilot review the names', command: { kind: 'instruct', instruction: 'review the names' } },
    { body: '  /copilot add a test', command: { kind: 'instruct', instruction: 'add a test' } },
    { body: '/copilot add a test\r\nfor `x`', command: { kind: 'instruct', instruction: 'add a test\nfor `x`' } },
    { body: '/copilot\n\nadd a test', command: { kind: 'instruct', instruction: 'add a test' } },
    {
      body: 'Hello\n/copilot use\n```ts\nfoo()\n```',
      command: { kind: 'instruct', instruction: 'use\n```ts\nfoo()\n```' },
    },
    { body: '/copilot constructor', command: { kind: 'instruct', instruction: 'constructor' } },
    { body: '@cmap pause', command: { kind: 'pause' } },
    { body: '@cmap: add a test', command: { kind: 'instruct', instruction: 'add a test' } },
    { body: '/copilotx', command: undefined },
    { body: 'see /copilot review', command: undefined },
    { body: '> /copilot review', command: undefined },
    { body: '`/copilot review`', command: undefined },
    { body: '```\n/copilot review\n```', command: undefined },
    { body: '- ```\n  /copilot review\n  ```', command: undefined },
    { body: '    /copilot review', command: undefined },
    { body: '>>>\n/copilot review\n>>>', command: undefined },
    { body: '<!--\n```\n-->\n/copilot review\n<!--\n```\n-->', command: { kind: 'review' } },
    { body: '```\n<!--\n```\n/copilot review', command: { kind: 'review' } },
    { body: 'Write `<!--` first\n/copilot review\n`-->`', command: { kind: 'review' } },
    { body: 'An arrow <!-- that ends nowhere\n/copilot review', command: { kind: 'review' } },
    { body: '\\<!-- shown\n/copilot review\n-->', command: { kind: 'review' } },
    { body: '<!-->\n/copilot review', command: { kind: 'review' } },
    { body: '<!--->\n/copilot review', command: { kind: 'review' } },
    { body: '<!-- a --> /copilot review', command: { kind: 'review' } },
    { body: '<!--\nnot this\n-->\n/copilot add a test', command: { kind: 'instruct', instruction: 'add a test' } },
    { body: 'if a <b and c="d"\n/copilot review\n"e"', command: { kind: 'review' } },
    { body: '[x]: y\n/copilot review', command: { kind: 'review' } },
    { body: '[^1]: see\n/copilot review', command: { kind: 'review' } },
    { body: '<details>\n\n/copilot review\n\n</details>', command: { kind: 'review' } },
    { body: '   /copilot pause', command: { kind: 'pause' } },
    { body: '/copilot\tpause!', command: { kind: 'pause' } },
    { body: '/copilot, pause', command: { kind: 'pause' } },
    { body: '/copilot:pause', command: { kind: 'pause' } },
    { body: '/copilot  ', command: { kind: 'help' } },
    { body: '/copilot\n \n', command: { kind: 'help' } },
    { body: '/copilot help\n\nPlease.', command: { kind: 'help' } },
    { body: '/copilot pause\nuntil Monday', command: { kind: 'pause' } },
    { body: '/copilot pause.!', command: { kind: 'instruct', instruction: 'pause.!' } },
    { body: '/copilot full-review\n/copilot pause', command: { kind: 'full-review' } },
    { body: '/copilot pause  ', command: { kind: 'pause' } },
    { body: '/copilot full. review', command: { kind: 'instruct', instruction: 'full. review' } },
    { body: '/copilot use `x` here', command: { kind: 'instruct', instruction: 'use `x` here' } },
    { body: '/copilot.', command: undefined },
    { body: '@cmapper pause', command: undefined },
    { body: 'ask @cmap to pause', command: undefined },
    { body: '', command: undefined },
  ])('$body', ({ body, command }) => {
    expect(parseCommand(body, 'cmap')).toEqual(command);
  });

  it.each([
    '<!--\n/copilot review\n-->',
    'Fine.\n  <!-- a\n\n/copilot review',
    'Fine <!-- a\n/copilot review\n--> so far',
    '<!-- a --><!-- b\n/copilot review\n-->',
    '\\\\<!-- hidden\n/copilot review\n-->',
    '<?\n/copilot review\n?>',
    '<![CDATA[\n/copilot review\n]]>',
    '<!X\n/copilot review\n>',
    '<STYLE>\n/copilot review\n</style>',
    '<pre>\n/copilot review\n</pre>',
    '<p title="\n/copilot review\n">x</p>',
    '[//]: # (\n/copilot review\n)',
    '[x]: y\n"z\n/copilot review\n"',
  ])('obeys nothing that the page does not show as prose: %j', (body) => {
    expect(parseCommand(body, 'cmap')).toBeUndefined();
  });

  it('takes a dot in a name for a dot', () => {
    expect(parseCommand('@cxmap pause', 'c.map')).toBeUndefined();
    expect(parseCommand('@c.map pause', 'c.map')).toEqual({ kind: 'pause' });
  });

  it('knows no name when none is given', () => {
    expect(parseCommand('@cmap pause')).toBeUndefined();
  });
});

describe('mentions', () => {
  it.each([
    { body: '@cmap', is: true },
    { body: 'hi @CMAP, please', is: true },
    { body: 'ask (@cmap).', is: true },
    { body: 'end with @cmap.', is: true },
    { body: '@cmapx', is: false },
    { body: '@cmap_x @cmap-x @cmap.x @cmap/x', is: false },
    { body: 'x@cmap', is: false },
    { body: 'https://host/@cmap', is: false },
    { body: '`@cmap`', is: false },
    { body: '> @cmap', is: false },
    { body: '<!-- ask\n@cmap\n-->', is: false },
    { body: '[PROJ]: @cmap do it', is: true },
  ])('$body: $is', ({ body, is }) => {
    expect(mentions(body, 'cmap')).toBe(is);
  });

  it.each(['.', '/', '+', '-', '@', '_'])('takes @cmap behind a "%s" for no name', (sign) => {
    expect(mentions(`x ${sign}@cmap`, 'cmap')).toBe(false);
  });

  it.each(['_y', '-y', '.y', '/y', 'y'])('takes @cmap before "%s" for another name', (rest) => {
    expect(mentions(`@cmap${rest}`, 'cmap')).toBe(false);
  });

  it('finds a name on any line, and before a dot or slash that ends a word', () => {
    expect(mentions('Hello\n@cmap/ please', 'cmap')).toBe(true);
    expect(mentions('Ask @cmap. Thanks', 'cmap')).toBe(true);
  });

  it('takes a dot in a name for a dot', () => {
    expect(mentions('@cxmap', 'c.map')).toBe(false);
    expect(mentions('@c.map', 'c.map')).toBe(true);
  });
});

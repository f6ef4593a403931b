import { describe, expect, it } from 'vitest';
import { createMemoryIO } from '../../../test/doubles/memory-io.ts';
import { runProgram } from '../../program.ts';

const GOOD = 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n';
const withLine = (line: string) => `${GOOD}    ${line}\n`;
const withRepo = (repo: string) => GOOD.replace('group/app', repo);
const withKey = (key: string) => GOOD.replace('PROJ', key);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const bytes = (...parts: (number[] | Uint8Array)[]) => Buffer.concat(parts.map((part) => Buffer.from(part)));

async function validate(file: string | Uint8Array) {
  const io = createMemoryIO({ binary: { 'cmap.yaml': typeof file === 'string' ? Buffer.from(file) : file } });
  const exitCode = await runProgram(['validate', 'cmap.yaml'], io);
  return { exitCode, stderr: io.stderr };
}

describe('files as people write them', () => {
  it.each<[string, string | Uint8Array]>([
    ['a byte order mark', `\uFEFF${GOOD}`],
    ['UTF-16 as PowerShell writes it', bytes([0xff, 0xfe], utf16(GOOD.replaceAll('\n', '\r\n')))],
    ['UTF-16 without a mark', utf16(GOOD)],
    ['UTF-16 with the high byte first', bytes([0xfe, 0xff], utf16(GOOD).swap16())],
    ['carriage returns alone', GOOD.replaceAll('\n', '\r')],
    ['a version directive', `%YAML 1.1\n---\n${GOOD}`],
    ['an end mark', `${GOOD}...\n`],
    ['JSON, which is YAML', '{"bindings":[{"jira_project":"PROJ","repo":"group/app"}]}'],
    [
      'a block taken over by <<',
      'bindings:\n  - &a\n    jira_project: PROJ\n    repo: a/b\n  - <<: *a\n    jira_project: OPS\n    repo: a/c\n',
    ],
    ['a list of blocks taken over by <<', 'bindings:\n  - <<: [{repo: a/b}, {jira_project: AA}]\n'],
    ['defaults taken over by <<', `defaults: &d {target_branch: dev}\n${GOOD}    <<: *d\n`],
    ['the Jira project NO', withKey('NO')],
    ['a date for a branch', withLine('target_branch: 2024-01-01')],
    ['an explicit text', withLine('target_branch: !!str 2024')],
    ['a command of several lines', withLine('validate: |\n      npm ci\n      npm test')],
    ['emoji, joined and with selectors', withLine('trigger: 👩‍💻 ✔️ Ready')],
    ['a status in Cyrillic', withLine('trigger: Готово')],
    ['a branch in Cyrillic', withLine('target_branch: ветка')],
    ['a number with an exponent', withLine('budget: {max_turns: 1e2}')],
    ['a GitLab label with a space', withLine('merge_request: {labels: [needs review]}')],
    ['a label to skip with a space', withLine('review: {skip_labels: [no review]}')],
    ['globs that begin at the top', withLine('protected_paths: [/infra, ./x, infra/]')],
    ['a glob of everything but', withLine('protected_paths: ["!(a|b)"]')],
    ['two dots inside a name', withLine('protected_paths: ["a..b"]')],
    ['an empty list of protected paths', withLine('protected_paths: []')],
    ['review: off', withLine('review: off')],
    ['review: on', withLine('review: on')],
    ['done: off', withLine('statuses: {done: off}')],
    ['a trigger that is the unused done', withLine('trigger: Done\n    statuses: {done: off}')],
    ['a repository that begins like a key', withRepo('shops/sk-storefront-backend')],
    ['the digest of an image', withLine(`validate: docker run ci@sha256:${'a1'.repeat(32)} test`)],
    ['a local password', withLine('validate: DATABASE_URL=postgres://postgres:postgres@localhost/test npm test')],
  ])('accepts %s', async (_, file) => {
    expect(await validate(file)).toEqual({ exitCode: 0, stderr: '' });
  });

  it.each<[string, string | Uint8Array, string]>([
    [
      'Latin-1 in a value',
      latin1(withLine('trigger: Für KI')),
      '4:15: file: the byte 0xFC is not UTF-8 (in Latin-1 it is "ü"); save the file as UTF-8',
    ],
    [
      'Latin-1 in a comment',
      latin1(`# Größe\n${GOOD}`),
      '1:5: file: the byte 0xF6 is not UTF-8 (in Latin-1 it is "ö")',
    ],
    [
      'Latin-1 after a mark',
      bytes([0xef, 0xbb, 0xbf], latin1(withLine('trigger: Für KI'))),
      '4:15: file: the byte 0xFC is not UTF-8',
    ],
    [
      'a character that is cut off',
      Buffer.from('bindings: é').subarray(0, -1),
      '1:11: file: the byte 0xC3 is not UTF-8',
    ],
    [
      'half a character of UTF-16',
      bytes([0xff, 0xfe], utf16(GOOD)).subarray(0, -1),
      '1:1: file: the file is not whole UTF-16; save it as UTF-8',
    ],
    ['UTF-32', Buffer.from([0xff, 0xfe, 0, 0, 0x62, 0, 0, 0]), '1:1: file: the file is UTF-32; save it as UTF-8'],
    ['a zip file', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]), '1:2: file: the byte 0x8B is not UTF-8'],
    [
      'a NUL at the end',
      `${GOOD}\0`,
      '4:1: file: this line has U+0000 (control character), which cannot be seen, as character 1; type it again',
    ],
    ['a form feed', `${GOOD}\f`, '4:1: file: this line has U+000C (control character)'],
    [
      '<< with a number',
      'bindings:\n  - <<: 3\n    jira_project: AA\n    repo: a/b\n',
      '2:5: file: << takes the keys of a block: write <<: *name, with &name at a block',
    ],
    [
      '<< with a text',
      'defaults: {model: &m x}\nbindings:\n  - <<: *m\n    jira_project: AA\n    repo: a/b\n',
      '3:5: file: << takes the keys',
    ],
    [
      '<< with an unknown name',
      'bindings:\n  - <<: *none\n    jira_project: AA\n    repo: a/b\n',
      '2:9: file: an alias (*name) has no anchor (&name)',
    ],
    [
      'a misspelt field taken over by <<',
      'bindings:\n  - <<: {trgger: x}\n    jira_project: AA\n    repo: a/b\n',
      '2:5: binding 1 (AA): trgger is not a known field; did you mean trigger?',
    ],
    [
      'a glob that begins with a star',
      withLine('protected_paths: [**/x]'),
      '4:23: file: an alias (*name) has no anchor (&name); a value that begins with * needs quotes',
    ],
    ['.git', withRepo('group/app.git'), 'not "group/app.git"; write repo: group/app'],
    ['.git and a slash', withRepo('group/app.git/'), 'not "group/app.git/"; write repo: group/app'],
    ['a trailing slash', withRepo('group/app/'), 'not "group/app/"; write repo: group/app'],
    ['a leading slash', withRepo('/group/app'), 'not "/group/app"; write repo: group/app'],
    ['a space around it', withRepo('" group/app"'), 'not " group/app"; write repo: group/app'],
    ['the page of a branch', withRepo('group/app/-/tree/main'), 'write repo: group/app'],
    ['the address of a page', withRepo('https://g.example/group/app/-/merge_requests'), 'write repo: group/app'],
    ['a feed', withRepo('group/app.atom'), 'not "group/app.atom"'],
    ['a backslash', withRepo('group\\app'), 'not "group\\\\app"'],
    [
      'a repository of 600 characters',
      withRepo(`a/${'b'.repeat(600)}`),
      'repo must be at most 512 characters, not "a/bbb',
    ],
    [
      'a model of 100,000 characters',
      withLine(`model: ${'a'.repeat(100_000)}`),
      'model must be at most 255 characters',
    ],
    [
      'a Cyrillic letter',
      withKey('\u0420ROJ'),
      '2:19: binding 1: jira_project has U+0420 (\u0420), which only looks like P, as character 1; type it again',
    ],
    ['a Greek letter', withKey('\u03a1ROJ'), 'jira_project has U+03A1 (\u03a1), which only looks like P'],
    ['full-width letters', withKey('ＰＲＯＪ'), 'jira_project has U+FF30 (Ｐ), which only looks like P'],
    [
      'a letter GitLab does not take',
      withRepo('gruppé/app'),
      'repo has U+00E9 (é), which cannot stand here, as character 6',
    ],
    [
      'a Cyrillic letter in a key',
      GOOD.replace('repo:', 'r\u0435po:'),
      '3:5: binding 1 (PROJ): a key here has U+0435 (\u0435), which only looks like e, as character 2',
    ],
    ['a long dash', withRepo('group/my–app'), 'repo has U+2013 (–), which only looks like -, as character 9'],
    ['another slash', withRepo('group∕app'), 'repo has U+2215 (∕), which only looks like /'],
    ['typographic quotes', withRepo('“group/app”'), 'repo has U+201C (“), which only looks like "'],
    [
      'a zero width space',
      withRepo('group/app\u200b'),
      '3:11: binding 1 (PROJ): repo has U+200B (zero width space), which cannot be seen, as character 10',
    ],
    [
      'a no-break space in a status',
      withLine('trigger: AI\u00a0Ready'),
      'trigger has U+00A0 (no-break space), which cannot be seen, as character 3',
    ],
    [
      'a no-break space after a colon',
      GOOD.replace('repo: ', 'repo:\u00a0'),
      '3:5: file: this line has U+00A0 (no-break space), which cannot be seen, as character 10',
    ],
    [
      'indentation by no-break spaces',
      'bindings:\n\u00a0\u00a0- jira_project: PROJ\n',
      '2:1: file: a key here has U+00A0 (no-break space)',
    ],
    ['text that runs backwards', withLine('trigger: "AI\u202eReady"'), 'trigger has U+202E (right-to-left override)'],
    ['a soft hyphen', withLine('target_branch: ma\u00adin'), 'target_branch has U+00AD (soft hyphen)'],
    [
      'a tag character',
      withLine('validate: "npm test \u{e0041}"'),
      'validate has U+E0041, which cannot be seen, as character 10',
    ],
    ['a joiner that joins nothing', withLine('trigger: AI\u200d Ready'), 'trigger has U+200D (zero width joiner)'],
    [
      'an escape sequence',
      withLine('protected_paths: ["\\e[31m"]'),
      'protected_paths[1] has U+001B (control character)',
    ],
    ['a line separator', withLine('trigger: "a\u2028b"'), 'trigger has U+2028 (line separator)'],
    ['a next line character', withLine('validate: "a\u0085b"'), 'validate has U+0085 (control character)'],
    [
      'a number beyond all',
      withLine('budget: {max_tokens: 1e400}'),
      'budget.max_tokens must be a whole number from 1 to 1000000000000, not Infinity',
    ],
    [
      'a number that is none',
      withLine('budget: {max_turns: .nan}'),
      'budget.max_turns must be a whole number from 1 to 10000, not NaN',
    ],
    [
      'a number of twenty digits',
      withLine('budget: {max_turns: 99999999999999999999}'),
      'budget.max_turns must be a whole number from 1 to 10000, not 100000000000000000000',
    ],
    [
      'a year of minutes',
      withLine('budget: {max_minutes: 525600}'),
      'budget.max_minutes must be a whole number from 1 to 1440, not 525600',
    ],
    [
      'a million runs at once',
      withLine('max_concurrent_runs: 1e6'),
      'max_concurrent_runs must be a whole number from 1 to 10000, not 1000000',
    ],
    [
      'a negative number',
      withLine('budget: {max_turns: -1}'),
      'budget.max_turns must be a whole number from 1 to 10000, not -1',
    ],
    [
      'a fraction',
      withLine('budget: {max_minutes: 1.5}'),
      'budget.max_minutes must be a whole number from 1 to 1440, not 1.5',
    ],
    [
      'a number with separators',
      withLine('budget: {max_tokens: 1_000}'),
      'budget.max_tokens must be a number, not text; write digits only, without quotes',
    ],
    [
      'a number in quotes',
      withLine('budget: {max_turns: "10"}'),
      'budget.max_turns must be a number, not text; write digits only, without quotes',
    ],
    [
      '5,000 nested lists',
      '['.repeat(5000) + ']'.repeat(5000),
      'lists and blocks are nested too deeply; a mapping needs no more than five levels',
    ],
    ['5,000 lists that are never closed', '['.repeat(5000), 'lists and blocks are nested too deeply'],
    [
      '5,000 nested blocks',
      withLine(`review: ${'{a: '.repeat(5000)}1${'}'.repeat(5000)}`),
      'lists and blocks are nested too deeply',
    ],
    [
      '2,000 indented lists',
      Array.from({ length: 2000 }, (__, depth) => `${' '.repeat(depth)}-`).join('\n'),
      'lists and blocks are nested too deeply',
    ],
    [
      '30 nested lists',
      withLine(`model: ${'['.repeat(30)}x${']'.repeat(30)}`),
      'lists and blocks are nested too deeply',
    ],
    ['a list that holds itself', 'bindings: &b\n  - *b\n', 'lists and blocks are nested too deeply'],
    [
      'a Jira label with a space',
      withLine('trigger: {label: ai ready}'),
      'trigger.label must be one label of Jira, which has no spaces, not "ai ready"',
    ],
    [
      'two labels in one',
      withLine('review: {skip_labels: ["a,b"]}'),
      'review.skip_labels[1] must be one label, without a comma, not "a,b"',
    ],
    [
      'a path above the repository',
      withLine('protected_paths: ["../x"]'),
      'protected_paths[1] must stay inside the repository, without .., not "../x"',
    ],
    [
      'a path up and down',
      withLine('protected_paths: ["a/../b"]'),
      'protected_paths[1] must stay inside the repository',
    ],
    [
      'a path that names nothing',
      withLine('protected_paths: ["./"]'),
      'protected_paths[1] must name a file or a folder; ** is all of them, not "./"',
    ],
    [
      'a negated path',
      withLine('protected_paths: ["!x"]'),
      'protected_paths[1] must say what it covers; a leading ! is not supported, not "!x"',
    ],
    [
      'a negated path without quotes',
      withLine('protected_paths: [!x]'),
      '4:23: file: tags such as !name are not used here; write the plain value',
    ],
    [
      'a path of Windows',
      withLine('protected_paths: ["infra\\\\x"]'),
      'protected_paths[1] must separate folders by /, without \\',
    ],
    ['an empty path', withLine('protected_paths: [""]'), 'protected_paths[1] must not be empty'],
    ['one path that is no list', withLine('protected_paths: infra/**'), 'protected_paths must be a list, not text'],
    [
      'a reviewed path above the repository',
      withLine('review: {paths: ["../x"]}'),
      'review.paths[1] must stay inside the repository',
    ],
    ['review: no', withLine('review: no'), 'review must be one of on, off, not "no"'],
    ['review: 3', withLine('review: 3'), 'review must be true or false or a block, not the number 3'],
    ['enabled: off', withLine('review: {enabled: off}'), 'review.enabled must be true or false, not text'],
    [
      'done: false',
      withLine('statuses: {done: false}'),
      'statuses.done must be text, not the truth value false; write done: off',
    ],
    [
      'the status of the agent for a trigger',
      withLine('trigger: In Review'),
      '4:14: binding 1 (PROJ): trigger "In Review" is the status the agent sets itself (statuses.in_review), so its own change would start the next run; choose another status',
    ],
    [
      'the same in another case',
      withLine('trigger: {status: in progress}'),
      'trigger "in progress" is the status the agent sets itself (statuses.in_progress)',
    ],
    [
      'the status of a merge for a trigger',
      withLine('trigger: Done'),
      'trigger "Done" is the status the agent sets itself (statuses.done)',
    ],
    [
      'a status of the agent that is the trigger',
      withLine('statuses: {in_progress: AI Ready}'),
      '4:29: binding 1 (PROJ): trigger "AI Ready" is the status the agent sets itself',
    ],
    [
      'the label of a stopped run for a trigger',
      withLine('trigger: {label: ai-stopped}\n    stopped_label: ai-stopped'),
      'trigger.label is the label the agent gives issues itself (stopped_label)',
    ],
    [
      'the label of a question for a trigger',
      withLine('trigger: {label: ai-asks}\n    needs_answer_label: AI-asks'),
      'trigger.label is the label the agent gives issues itself (needs_answer_label)',
    ],
    [
      'the status of a question for a trigger',
      withLine('trigger: Asked\n    statuses: {needs_answer: Asked}'),
      'trigger "Asked" is the status the agent sets itself (statuses.needs_answer)',
    ],
    [
      'the reviewer for a trigger',
      withLine('trigger: {assignee: a1}\n    reviewer: a1'),
      'trigger.assignee is the account the agent assigns issues to itself (reviewer)',
    ],
    ['only comments', '# nothing yet\n', 'the mapping is empty; start with a line bindings: and one entry below it'],
    ['a web page', '<!DOCTYPE html><html></html>', 'the mapping must be a block, not text'],
    [
      'a code block of Markdown',
      `\`\`\`yaml\n${GOOD}\`\`\`\n`,
      'a value that begins with this character needs quotes around it',
    ],
    [
      'the JSON of the runtime',
      '{"mappings": {"PROJ": {"repo": "group/app"}}}',
      'mappings is not a known field; this looks like what `cmap render-json` prints; give the YAML it was made from',
    ],
    [
      'bindings by key',
      'bindings:\n  PROJ: {repo: group/app}\n',
      'bindings must be a list, not a block; begin each binding with a dash, as in - jira_project: PROJ',
    ],
    [
      'no space after a colon',
      'bindings:\n  - jira_project:PROJ\n    repo: a/b\n',
      '2:5: file: a key here has no value; write a space after the colon, as in repo: group/app',
    ],
    [
      'a colon inside a command',
      withLine('validate: npm run a: b'),
      '4:15: file: a value with a colon and a space in it needs quotes around it',
    ],
    [
      'a mention',
      withLine('merge_request: {assignee: @ada}'),
      '4:31: file: a value that begins with this character needs quotes around it',
    ],
    ['a percent sign', withLine('validate: %x'), 'a value that begins with this character needs quotes around it'],
    ['a bracket that is not closed', withLine('protected_paths: [a'), 'or a bracket before it is not closed'],
    ['a key that is a number', withKey('1E3'), 'jira_project must be text, not the number 1000; put quotes around it'],
    ['a key that is a list', withLine('? [a]\n    : b'), '"[ a ]" is not a known field'],
    ['binary data', withLine('validate: !!binary aGk='), 'validate must be text, not a block'],
    ['a line end in a name', withRepo('|\n      group/app'), 'not "group/app\\n"; write repo: group/app'],
  ])('explains %s', async (_, file, says) => {
    const { exitCode, stderr } = await validate(file);

    expect(stderr).toContain(says);
    expect(exitCode).toBe(1);
  });

  it('reports what stands in the defaults once', async () => {
    const { stderr } = await validate(`defaults: {trigger: In Review}\n${GOOD}  - {jira_project: OPS, repo: a/b}\n`);

    expect(stderr).toMatch(/^cmap\.yaml:1:21: defaults: trigger "In Review" .*\ncmap\.yaml: 1 problem\n$/);
  });

  it('lists the first hundred problems of 10,000 bad bindings and counts the rest', async () => {
    const bad = Array.from({ length: 10_000 }, (_, index) => `  - {jira_project: p${index}, repo: r${index}}`);
    const { stderr } = await validate(`bindings:\n${bad.join('\n')}\n`);

    expect(stderr.trimEnd().split('\n')).toHaveLength(101);
    expect(stderr).toMatch(/\ncmap\.yaml: 20000 problems; the first 100 are listed\n$/);
  }, 60_000);

  it('takes 500 bindings that use one block', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `  - {<<: *d, jira_project: P${index}, repo: g/r${index}}`);

    expect((await validate(`defaults: &d {target_branch: dev}\nbindings:\n${many.join('\n')}\n`)).exitCode).toBe(0);
  });

  it.each(['validate', 'show', 'render-json', 'render-terraform', 'render-helm'])(
    'reads standard input for %s -',
    async (command) => {
      const good = createMemoryIO({ stdin: GOOD });
      const bad = createMemoryIO({ stdin: withRepo('app') });

      expect(await runProgram([command, '-'], good)).toBe(0);
      expect(await runProgram([command, '-'], bad)).toBe(1);
      expect(bad.stderr).toMatch(/^standard input:3:11: binding 1 \(PROJ\): repo must be/);
    },
  );

  it('writes no mapping to standard input', async () => {
    const io = createMemoryIO({ stdin: GOOD });

    expect(await runProgram(['init', '-', '--jira-project', 'PROJ', '--repo', 'a/b'], io)).toBe(2);
    expect(io.stderr).toContain('init writes a file and cannot write to standard input; name the file');
  });
});

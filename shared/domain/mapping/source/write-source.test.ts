import { describe, expect, it } from 'vitest';

import { parseMapping } from './parse-mapping.ts';
import { mergeIntoSource, writeSource } from './write-source.ts';

describe('writeSource', () => {
  it('writes the shortest file, with the line editors look for', () => {
    expect(writeSource({ jira_project: 'PROJ', repo: 'group/app', target_branch: undefined })).toBe(`\
# yaml-language-server: $schema=./cmap.schema.json
bindings:
  - jira_project: PROJ
    repo: group/app
`);
  });

  it('quotes what YAML would read as something else', () => {
    const text = writeSource({ jira_project: 'PROJ', repo: 'group/app', target_branch: '1.0' });

    expect(parseMapping(text)).toMatchObject({ bindings: [{ targetBranch: '1.0' }] });
  });
});

describe('mergeIntoSource', () => {
  const before = `# ours
defaults:
  target_branch: main # as everywhere
bindings:
  # the first
  - jira_project: PROJ
    repo: group/app
    validate: npm ci && npm test && npm run a-long-one -- --with --many --options --that --go --on --and --on --for --long
`;

  it('adds a binding at the end and keeps everything else', () => {
    expect(mergeIntoSource(before, { jira_project: 'OPS', repo: 'group/ops' })).toBe(
      `${before}  - jira_project: OPS\n    repo: group/ops\n`,
    );
  });

  it('changes only the fields given of a binding that is there', () => {
    expect(mergeIntoSource(before, { jira_project: 'PROJ', repo: 'group/app', target_branch: 'develop' })).toBe(
      `${before}    target_branch: develop\n`,
    );
  });

  it('changes the binding of this project among others, and keeps comments and quotes of what stays', () => {
    const two = `bindings:
  - jira_project: OPS
    repo: group/ops
  - jira_project: "PROJ" # ours
    repo: group/old # moved
    target_branch: 'main'
`;

    expect(
      mergeIntoSource(two, {
        jira_project: 'PROJ',
        repo: 'group/new',
        target_branch: 'main',
        credential_ref: 'team_a',
      }),
    ).toBe(`${two.replace('group/old', 'group/new')}    credential_ref: team_a\n`);
  });

  it('keeps what is not given', () => {
    const text = 'bindings:\n  - jira_project: PROJ\n    repo: group/app\n    target_branch: develop\n';

    expect(mergeIntoSource(text, { jira_project: 'PROJ', repo: 'group/app', target_branch: undefined })).toBe(text);
  });

  it('refuses a text that is no mapping', () => {
    expect(() => mergeIntoSource('bindings: 3\n', { jira_project: 'PROJ', repo: 'group/app' })).toThrow(
      new TypeError('The text is not a mapping'),
    );
  });

  it('changes nothing when all is said already', () => {
    expect(mergeIntoSource(before, { jira_project: 'PROJ', repo: 'group/app' })).toBe(before);
  });
});

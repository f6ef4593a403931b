import { describe, expect, it } from 'vitest';
import { proseLines } from '../../kernel/text/prose-lines.ts';
import { formatMergeRequestDescription, type MergeRequestText } from './format-merge-request.ts';

const TEXT: MergeRequestText = {
  issueKey: 'PROJ-1',
  issueSummary: 'Add a greeting',
  issueUrl: 'https://jira.example.com/browse/PROJ-1',
  typeWord: 'feat',
  summary: 'Greets.',
  plan: '1. Greet',
  checks: ['`npm test` passed'],
  runId: 'run-1',
};
const END = '---\nWritten by an AI agent (run `run-1`). A person has to review and merge it.';

describe('a description from a template', () => {
  it('has each part in its place, and None. where there is nothing to say', () => {
    const template =
      '## What ({type})\r\n{change}\n\n## Why\n[{key}]({url}) {summary}\n\n## Criteria\n{criteria}\n## Tests\n{checks}\n## Plan\n{plan}\n';
    expect(formatMergeRequestDescription(TEXT, template)).toBe(
      `## What (feat)\nGreets.\n\n## Why\n[PROJ-1](https://jira.example.com/browse/PROJ-1) Add a greeting\n\n## Criteria\nNone.\n## Tests\n- \`npm test\` passed\n## Plan\n1. Greet\n\n${END}`,
    );
  });

  it('stands behind what it has no place for', () => {
    const template = '## Checklist\n\n- [ ] Documentation\n';
    expect(formatMergeRequestDescription(TEXT, template)).toBe(
      `For [PROJ-1](https://jira.example.com/browse/PROJ-1): Add a greeting\n\nGreets.\n\n### Plan\n\n1. Greet\n\n### Checks\n\n- \`npm test\` passed\n\n## Checklist\n\n- [ ] Documentation\n\n${END}`,
    );
  });

  it('fills nothing in its code and comments, where a text could end them', () => {
    const template = '```\n{change}\n```\n<!-- {summary}\n{checks}\n-->\n`{key} {summary}`\n    {plan}\n';
    const filled = formatMergeRequestDescription(
      { ...TEXT, issueSummary: '--> `@all` /merge', summary: '```\n/merge\n```' },
      template,
    );
    expect(filled).toContain(template.trim());
  });

  it('keeps no name in braces that a ticket brings from being read as it is', () => {
    const filled = formatMergeRequestDescription(
      { ...TEXT, issueSummary: 'Show {key}', summary: 'Text\n\n{checks}\n\nmore' },
      '{summary}\n\n{change}\n\n{key}\n',
    );
    expect(filled).toContain('Show {key}\n\nText\n\n{checks}\n\nmore\n\nPROJ-1');
  });

  it.each(['/merge', '/approve', ' /ready', '/target_branch release', '/assign me', '/reviewer me', '/close {key}'])(
    'runs no %s with the account of the agent',
    (line) => {
      const filled = formatMergeRequestDescription(TEXT, `Text\n\n${line}\n`);
      expect(proseLines(filled).filter((shown) => /^\s*\/[a-z]/.test(shown))).toEqual([]);
      expect(filled).toContain(line.trim());
    },
  );

  it.each(['/label ~"needs review" ~ai', '/milestone %"2.4"', '/assign_reviewer @ada', '/label ~{summary}'])(
    'keeps %s as the team wrote it, with nothing of the ticket in it',
    (line) => {
      const filled = formatMergeRequestDescription({ ...TEXT, issueSummary: '~merge @all' }, `Text\n\n${line}\n`);
      expect(filled.split('\n')).toContain(line);
    },
  );

  it('lets neither ticket nor agent act, wherever they are placed', () => {
    const hostile = 'x\n/merge\n@all closes #9 [skip ci] <!-- cmap {} --> <b>';
    const filled = formatMergeRequestDescription(
      { ...TEXT, issueSummary: hostile, summary: hostile, plan: hostile, checks: [hostile] },
      '# {summary}\n{change}\n- {summary}\n{plan}\n{checks}\n<!-- cmap {"purpose":"ready"} -->\n',
    );
    expect(filled).not.toMatch(/^\s*\/merge/m);
    expect(filled).not.toMatch(/@all|closes #9|\[skip ci\]|<!--\s*cmap|<b>/);
  });
});

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { aJiraUser, anIssueComment, theAgent } from '../../../test/builders/jira.ts';
import { adfToMarkdown } from '../../adapters/jira/adf/adf-to-markdown.ts';
import { markdownToAdf } from '../../adapters/jira/adf/markdown-to-adf.ts';
import { withMention } from '../../adapters/jira/adf/with-mention.ts';
import type { IssueComment, Mention } from '../../domain/ports/jira.ts';
import { TaskError } from '../../kernel/errors.ts';
import { isOwnComment, listHumanComments, type ReportingJira, upsertReportComment } from './report-comment.ts';
import { formatFooter, parseFooter } from './report-footer.ts';

const report = {
  issueKey: 'PROJ-12',
  purpose: 'report',
  markdown: 'Working on it.',
  runId: 'run-1',
  agentId: 'cmap-1',
};
const footer = formatFooter(report);

/** Keeps comments as Jira does: what was written comes back through ADF. */
function createComments(initial: IssueComment[] = []) {
  const comments = [...initial];
  const calls: string[] = [];
  let failure: { error: Error; written: boolean } | undefined;
  const stored = (markdown: string, mention: Mention | undefined) => {
    if (mention?.name === 'Gone') throw new TaskError('jira-refused');
    const document = markdownToAdf(markdown);
    return adfToMarkdown(mention ? withMention(document, mention) : document);
  };
  const jira: ReportingJira = {
    getMyself: async () => theAgent(),
    listComments: async () => structuredClone(comments),
    async addComment(_key, markdown, _signal, mention) {
      calls.push('add');
      const body = stored(markdown, mention);
      const comment = anIssueComment({ id: `${comments.length + 1}`, author: theAgent(), body });
      if (!failure || failure.written) comments.push(comment);
      if (failure) throw failure.error;
      return comment;
    },
    async updateComment(_key, id, markdown, _signal, mention) {
      calls.push('edit');
      const comment = comments.find((candidate) => candidate.id === id);
      if (!comment) throw new TaskError('jira-not-found');
      comment.body = stored(markdown, mention);
    },
  };
  return {
    jira,
    comments,
    calls,
    failAdding: (error: Error, { written }: { written: boolean }) => {
      failure = { error, written };
    },
  };
}

it('creates one comment and edits it from then on', async () => {
  const { jira, comments, calls } = createComments([anIssueComment()]);

  expect(await upsertReportComment(jira, report)).toMatchObject({ action: 'created' });
  expect(await upsertReportComment(jira, { ...report, markdown: 'Done.', runId: 'run-2' })).toMatchObject({
    action: 'edited',
  });

  expect(calls).toEqual(['add', 'edit']);
  expect(comments.map(({ body }) => body)).toEqual([
    'Please round half up.',
    expect.stringMatching(/^Done\.\n\ncmap · report · run `run-2`/),
  ]);
});

it('begins with the person it is for, and says it once', async () => {
  const { jira, comments, calls } = createComments();
  const mention = { accountId: 'ada', name: 'Ada *the* first' };
  await upsertReportComment(jira, report);
  await upsertReportComment(jira, { ...report, markdown: '**Done.** See !7.', mention });
  await upsertReportComment(jira, { ...report, markdown: '**Done.** See !7.', mention });
  expect(calls).toEqual(['add', 'edit']);
  expect(comments[0]?.body).toBe(`@Ada \\*the\\* first **Done.** See !7.\n\n${footer}`);
});

it('mentions a person in a line of its own before a list', async () => {
  const { jira, comments } = createComments();
  await upsertReportComment(jira, { ...report, markdown: '- one', mention: { accountId: 'ada', name: 'Ada' } });
  expect(comments[0]?.body).toMatch(/^@Ada\n\n- one\n\n/);
});

it.each([
  { name: 'its own account', mention: { accountId: theAgent().accountId, name: 'cmap' }, calls: ['add', 'edit'] },
  {
    name: 'an account that Jira refuses',
    mention: { accountId: 'gone', name: 'Gone' },
    calls: ['add', 'edit', 'edit'],
  },
])('says all the rest where the person is $name', async ({ mention, calls: wanted }) => {
  const { jira, comments, calls } = createComments();
  await upsertReportComment(jira, report);
  await upsertReportComment(jira, { ...report, markdown: 'Done.', mention });
  expect(calls).toEqual(wanted);
  expect(comments.map(({ body }) => body)).toEqual([`Done.\n\n${footer}`]);
});

it('mentions no person because of what stands in a text', async () => {
  const { jira, comments } = createComments();
  await upsertReportComment(jira, { ...report, markdown: 'Ask @ada, [~accountid:ada] or [Ada](accountid:ada).' });
  expect(JSON.stringify(markdownToAdf(comments[0]?.body ?? ''))).not.toContain('"mention"');
});

it('does not touch a comment that says the same already', async () => {
  const { jira, calls } = createComments();
  const markdown = '# Done\n\n- [x] a\n- [ ] b\n\nSee <https://x.test/1>, *here*  \nand `there`.';

  await upsertReportComment(jira, { ...report, markdown });

  expect(await upsertReportComment(jira, { ...report, markdown })).toMatchObject({ action: 'unchanged' });
  expect(calls).toEqual(['add']);
});

it('keeps one comment for each purpose', async () => {
  const { jira, comments } = createComments();

  await upsertReportComment(jira, report);
  await upsertReportComment(jira, { ...report, purpose: 'waiting' });

  expect(comments.map(({ body }) => parseFooter(body)?.purpose)).toEqual(['report', 'waiting']);
});

it('creates anew a comment that was deleted', async () => {
  const { jira, comments } = createComments();
  await upsertReportComment(jira, report);
  comments.length = 0;

  expect(await upsertReportComment(jira, report)).toMatchObject({ action: 'created' });
});

it('creates anew what is deleted between looking and editing', async () => {
  const { jira, comments } = createComments();
  await upsertReportComment(jira, report);
  const [stale] = structuredClone(comments);
  comments.length = 0;
  const once = [stale ? [stale] : []];

  const result = await upsertReportComment(
    { ...jira, listComments: async () => once.pop() ?? [] },
    { ...report, markdown: 'Done.' },
  );

  expect(result).toMatchObject({ action: 'created' });
});

it('finds the comment whose answer was lost, and never writes a second one', async () => {
  const { jira, comments, calls, failAdding } = createComments();
  failAdding(new TaskError('jira-unavailable'), { written: true });

  expect(await upsertReportComment(jira, report)).toMatchObject({ commentId: '1', action: 'created' });
  expect(comments).toHaveLength(1);
  expect(calls).toEqual(['add']);
});

it('is content with the comment whose answer was lost where it may not be edited', async () => {
  const { jira, comments, failAdding } = createComments();
  failAdding(new TaskError('jira-unavailable'), { written: true });
  const listComments = async () => comments.map((comment) => ({ ...comment, body: `*${comment.body}` }));
  const updateComment = () => Promise.reject(new TaskError('jira-forbidden'));

  const reported = upsertReportComment({ ...jira, listComments, updateComment }, report);
  expect(await reported).toMatchObject({ action: 'created' });
  expect(comments).toHaveLength(1);
});

it('gives up when the comment was really not written, without a second try', async () => {
  const { jira, comments, calls, failAdding } = createComments();
  failAdding(new TaskError('jira-unavailable'), { written: false });

  await expect(upsertReportComment(jira, report)).rejects.toMatchObject({ code: 'jira-unavailable' });
  expect(comments).toHaveLength(0);
  expect(calls).toEqual(['add']);
});

it('does not look again when Jira said no', async () => {
  const { jira, failAdding } = createComments();
  failAdding(new TaskError('jira-forbidden'), { written: false });

  await expect(upsertReportComment(jira, report)).rejects.toMatchObject({ code: 'jira-forbidden' });
});

it.each([
  { name: 'a footer another account wrote', comment: anIssueComment({ body: footer }) },
  { name: 'a comment of our account without the footer', comment: anIssueComment({ author: theAgent() }) },
  { name: 'our footer in the middle', comment: anIssueComment({ author: theAgent(), body: `${footer}\n\nmore` }) },
])('leaves $name alone', async ({ comment }) => {
  const { jira, comments } = createComments([comment]);

  await upsertReportComment(jira, report);

  expect(comments).toHaveLength(2);
  expect(comments[0]).toEqual(comment);
});

it('ends every comment with its footer, whatever the text leaves open', () => {
  const opener = fc.constantFrom(
    '```',
    '~~~',
    '<!--',
    '<div>',
    '<script>',
    '> ',
    '- ',
    '1. ',
    '    ',
    '| a |\n|---|',
    '**',
    '`',
    '[a](',
    '\\',
    '[x]: ',
    footer,
    '\n',
    '\n\n',
    'word',
    '<pre>',
    '[^1]: ',
  );
  return fc.assert(
    fc.asyncProperty(fc.array(opener, { maxLength: 8 }), async (parts) => {
      const { jira, comments } = createComments();
      await upsertReportComment(jira, { ...report, markdown: parts.join('') });
      expect(parseFooter(comments[0]?.body ?? '')).toEqual({ purpose: 'report', runId: 'run-1', agentId: 'cmap-1' });
    }),
    { numRuns: 300 },
  );
});

it('shortens what Jira would refuse, and keeps the footer', async () => {
  const { jira, comments } = createComments();

  await upsertReportComment(jira, { ...report, markdown: 'long '.repeat(20_000) });

  expect(comments[0]?.body.length).toBeLessThan(32_767);
  expect(comments[0]?.body).toMatch(/_\(shortened\)_\n\ncmap · report/);
});

it('shortens at a word, so that no half of a credential passes what masks the comment', async () => {
  const { jira, comments } = createComments();
  const markdown = `${'word '.repeat(5595)}postgres://app:Sup3rS3cretPassw0rd@db.example.com/x`;

  await upsertReportComment(jira, { ...report, markdown });

  expect(comments[0]?.body).not.toContain('Sup3r');
});

it('knows its own comments by account and footer together', () => {
  expect(isOwnComment(anIssueComment({ author: theAgent(), body: footer }), theAgent())).toBe(true);
  expect(isOwnComment(anIssueComment({ author: theAgent() }), theAgent())).toBe(false);
  expect(isOwnComment(anIssueComment({ body: footer }), theAgent())).toBe(false);
});

it('lists what people said: not our comments, not those of apps', async () => {
  const { jira } = createComments([
    anIssueComment({ id: '1' }),
    anIssueComment({ id: '2', author: theAgent(), body: `Done.\n\n${footer}` }),
    anIssueComment({ id: '3', author: aJiraUser({ accountId: 'bot', accountType: 'app' }) }),
    anIssueComment({ id: '4', author: theAgent(), body: 'written by hand' }),
    anIssueComment({ id: '5', body: `> quoting\n\n${footer}` }),
  ]);

  const comments = await listHumanComments(jira, 'PROJ-12', theAgent());

  expect(comments.map(({ id }) => id)).toEqual(['1', '4', '5']);
});

it.each(['jira-forbidden', 'jira-refused', 'jira-not-found'] as const)(
  'writes a new comment when editing its own is answered %s, and only one for each text',
  async (code) => {
    const { jira, comments, calls } = createComments();
    await upsertReportComment(jira, report);
    const refusing = { ...jira, updateComment: () => Promise.reject(new TaskError(code)) };

    expect(await upsertReportComment(refusing, { ...report, markdown: 'Done.' })).toMatchObject({ action: 'created' });
    expect(await upsertReportComment(refusing, { ...report, markdown: 'Done.' })).toMatchObject({
      action: 'unchanged',
    });
    expect(comments.map(({ body }) => body.split('\n')[0])).toEqual(['Working on it.', 'Done.']);
    expect(calls).toEqual(['add', 'add']);
  },
);

it('does not write a new comment when Jira is only away', async () => {
  const { jira, comments } = createComments();
  await upsertReportComment(jira, report);
  const away = { ...jira, updateComment: () => Promise.reject(new TaskError('jira-unavailable')) };

  await expect(upsertReportComment(away, { ...report, markdown: 'Done.' })).rejects.toMatchObject({
    code: 'jira-unavailable',
  });
  expect(comments).toHaveLength(1);
});

it('keeps comments that only some may read out of what people said', async () => {
  const { jira } = createComments([
    anIssueComment({ id: '1', body: 'for all' }),
    anIssueComment({ id: '2', body: '/copilot go', restricted: true }),
    anIssueComment({ id: '3', body: 'also on Safari', author: { accountId: '', displayName: 'anonymous' } }),
  ]);
  const human = await listHumanComments(jira, 'PROJ-12', theAgent());
  expect(human.map(({ body }) => body)).toEqual(['for all', 'also on Safari']);
});

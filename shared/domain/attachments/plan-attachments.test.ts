import { describe, expect, it } from 'vitest';
import type { IssueAttachment } from '../ports/jira.ts';
import { type AttachmentsOfIssue, planAttachments } from './plan-attachments.ts';

function anAttachment(name: string, overrides: Partial<IssueAttachment> = {}): IssueAttachment {
  return { id: '1', name, size: 100, mimeType: '', createdAt: 0, ...overrides };
}

function plan(attachments: IssueAttachment[], more: Partial<AttachmentsOfIssue> = {}) {
  const rules = { maxFiles: 5, maxFileKb: 10 };
  const { wanted, leftOut } = planAttachments({ attachments, rules, description: '', restrictedTexts: [], ...more });
  return { wanted: wanted.map(({ name }) => name), leftOut };
}

const shown = (name: string) => `[attachment: ${name}\\]`;

describe('planAttachments', () => {
  it('takes those of the description first, then the newest, and says which are too many', () => {
    const attachments = [
      anAttachment('old.png', { createdAt: 1 }),
      anAttachment('new.png', { createdAt: 3 }),
      anAttachment('shown.png', { createdAt: 2 }),
    ];
    const rules = { maxFiles: 2, maxFileKb: 10 };
    expect(plan(attachments, { rules, description: shown('shown.png') })).toEqual({
      wanted: ['shown.png', 'new.png'],
      leftOut: [{ name: 'old.png', why: 'one more than the 2 that are taken' }],
    });
  });

  it.each([
    { attachment: anAttachment('design.pdf'), why: 'a PDF' },
    { attachment: anAttachment('x.png', { mimeType: 'application/pdf' }), why: 'a PDF' },
    { attachment: anAttachment('plan.docx'), why: 'an Office document' },
    { attachment: anAttachment('logs.tar.gz'), why: 'an archive' },
    { attachment: anAttachment('demo.mp4', { mimeType: 'video/mp4' }), why: 'a video' },
    { attachment: anAttachment('core.bin'), why: 'neither an image nor text, by its name' },
    { attachment: anAttachment('big.log', { size: 10_241 }), why: '11 KB, and more than 10 KB are not taken' },
  ])('spares the request for $attachment.name: $why', ({ attachment, why }) => {
    expect(plan([attachment])).toEqual({ wanted: [], leftOut: [{ name: attachment.name, why }] });
  });

  it.each([
    { name: 'a.png', mimeType: '' },
    { name: 'a.JPEG', mimeType: '' },
    { name: 'a', mimeType: 'image/webp' },
    { name: 'a.svg', mimeType: 'image/svg+xml' },
    { name: 'a.csv', mimeType: 'application/vnd.unknown' },
    { name: 'Dockerfile', mimeType: 'text/plain; charset=utf-8' },
    { name: 'a', mimeType: 'application/problem+json' },
    { name: 'a.yml', mimeType: 'application/octet-stream' },
  ])('asks for $name of the type "$mimeType"', ({ name, mimeType }) => {
    expect(plan([anAttachment(name, { mimeType })]).wanted).toEqual([name]);
  });

  it('takes 20 MB of all together', () => {
    const files = [1, 2, 3, 4, 5].map((at) => anAttachment(`${at}.log`, { size: 5_000_000, createdAt: -at }));
    const { wanted, leftOut } = plan(files, { rules: { maxFiles: 20, maxFileKb: 5120 } });
    expect(wanted).toEqual(['1.log', '2.log', '3.log', '4.log']);
    expect(leftOut).toEqual([{ name: '5.log', why: 'too much together with the others' }]);
  });

  it('does not even name what only a restricted comment shows, and nothing of an app', () => {
    const attachments = [
      anAttachment('secret.png'),
      anAttachment('both.png'),
      anAttachment('robot.log', { author: { accountId: 'r', displayName: 'Robot', accountType: 'app' } }),
      anAttachment('customer.png', { author: { accountId: 'c', displayName: 'Eve', accountType: 'customer' } }),
      anAttachment('list.png'),
    ];
    const comments = {
      restrictedTexts: [`For us: ${shown('secret.png')}, ${shown('both.png')}`],
      openTexts: [shown('both.png'), shown('robot.log')],
    };
    expect(plan(attachments, comments)).toEqual({ wanted: ['both.png', 'customer.png', 'list.png'], leftOut: [] });
  });

  it('takes none of several files of one name where a restricted comment shows one, and the first where it cannot know', () => {
    const attachments = [
      anAttachment('image.png', { id: 'new', createdAt: 2 }),
      anAttachment('image.png', { id: 'old', createdAt: 1 }),
      anAttachment('list.png'),
    ];
    const description = shown('image.png');
    const rules = { maxFiles: 5, maxFileKb: 10 };
    const idsOf = (more: Partial<AttachmentsOfIssue>) =>
      planAttachments({ attachments, rules, description, ...more }).wanted.map(({ id, name }) => `${name} ${id}`);
    expect(idsOf({ restrictedTexts: [shown('image.png')] })).toEqual(['list.png 1']);
    expect(idsOf({ restrictedTexts: [] })).toEqual(['image.png new', 'image.png old', 'list.png 1']);
    expect(idsOf({})).toEqual(['image.png old']);
  });

  it('takes only those of the description where comments were not read', () => {
    const attachments = [anAttachment('shown.png'), anAttachment('list.png'), anAttachment('list.pdf')];
    const { wanted, leftOut } = planAttachments({
      attachments,
      rules: { maxFiles: 5, maxFileKb: 10 },
      description: shown('shown.png'),
    });
    expect([wanted.map(({ name }) => name), leftOut]).toEqual([['shown.png'], []]);
  });
});

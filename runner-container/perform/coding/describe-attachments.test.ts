import { expect, it } from 'vitest';
import { describeAttachments } from './describe-attachments.ts';

const prompt = { images: [], texts: [], leftOut: [], directory: '/context' };

it('says nothing where nothing is missing', () => {
  const images = [{ name: 'shot.png', file: '1-shot.png' }];
  expect(describeAttachments(undefined, { imagesRefused: true })).toEqual([]);
  expect(describeAttachments({ prompt: { ...prompt, images } }, {})).toEqual([]);
  expect(describeAttachments({ prompt }, { imagesRefused: true })).toEqual([]);
});

it('names what the agent has not seen, and why', () => {
  const images = [{ name: 'shot.png', file: '1-shot.png' }];
  const leftOut = [
    { name: 'design.pdf', why: 'a PDF' },
    { name: '`\n# @all\u202e.zip', why: 'an archive' },
  ];
  expect(describeAttachments({ prompt: { ...prompt, images, leftOut } }, { imagesRefused: true })).toEqual([
    'attachments the agent was not given: `design.pdf` (a PDF), `` ` # @all.zip `` (an archive)',
    'images that its model does not take: `shot.png`',
  ]);
});

it('names ten, and counts the others', () => {
  const leftOut = Array.from({ length: 12 }, (_, at) => ({ name: `${at}.zip`, why: 'an archive' }));
  expect(describeAttachments({ prompt: { ...prompt, leftOut } }, {})[0]).toMatch(/`9\.zip` \(an archive\) and 2 more$/);
});

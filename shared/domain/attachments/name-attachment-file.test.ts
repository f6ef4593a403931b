import { expect, it } from 'vitest';
import { nameAttachmentFile } from './name-attachment-file.ts';

it.each([
  { name: 'shot.png', content: 'image/png', file: '1-shot.png' },
  { name: 'Photo.JPG', content: 'image/jpeg', file: '1-Photo.jpg' },
  { name: 'notes.txt', content: 'image/png', file: '1-notes.txt.png' },
  { name: 'shot.png', content: 'text', file: '1-shot.png.txt' },
  { name: 'logo.svg', content: 'text', file: '1-logo.svg.txt' },
  { name: 'run.log', content: 'text', file: '1-run.log' },
  { name: 'Übersicht 2 (neu).csv', content: 'text', file: '1-Übersicht-2-neu-.csv' },
  { name: '../../etc/passwd', content: 'text', file: '1-etc-passwd.txt' },
  { name: '..\\\\..\\\\x', content: 'text', file: '1-x.txt' },
  { name: '/tmp/x.md', content: 'text', file: '1-tmp-x.md' },
  { name: 'AGENTS.md', content: 'text', file: '1-AGENTS.md' },
  { name: '.gitattributes', content: 'text', file: '1-gitattributes.txt' },
  { name: '-rf.md', content: 'text', file: '1-rf.md' },
  { name: 'a\u0000\u001b[2J\u202egnp.md', content: 'text', file: '1-a-2Jgnp.md' },
  { name: 'line\nbreak </untrusted>.md', content: 'text', file: '1-line-break-untrusted-.md' },
  { name: '', content: 'image/gif', file: '1-file.gif' },
  { name: '...', content: 'text', file: '1-file.txt' },
] as const)('$name is $file', ({ name, content, file }) => {
  expect(nameAttachmentFile(1, name, content)).toBe(file);
});

it('is no longer than file systems allow, and keeps its ending', () => {
  const file = nameAttachmentFile(20, `${'\u{20000}'.repeat(300)}.yaml`, 'text');
  expect(Buffer.byteLength(file)).toBeLessThan(255);
  expect(file).toMatch(/\.yaml$/);
});

import { expect, it } from 'vitest';
import { adfToMarkdown } from '../../adapters/jira/adf/adf-to-markdown.ts';
import { isNamedIn, nameImages } from './attachment-places.ts';

/** A document of Jira with this file in it. */
function showing(alt: string): string {
  const media = { type: 'media', attrs: { type: 'file', id: '6d7c3a0e-1', collection: '', alt } };
  return adfToMarkdown({
    type: 'doc',
    version: 1,
    content: [
      { type: 'paragraph', content: [{ type: 'text', text: 'Before' }] },
      { type: 'mediaSingle', content: [media] },
      { type: 'paragraph', content: [{ type: 'mediaInline', attrs: media.attrs }] },
    ],
  });
}

it.each([
  'shot.png',
  'image-20261129-101112.png',
  '_a_*b*.png',
  'a[1](2).png',
  'x](http://evil.example).png',
  'back\\slash`.png',
  'two\nlines.png',
  'Größe (neu) $&.png',
])('finds %j where a document shows it, and names its file there', (name) => {
  const text = showing(name);
  expect(isNamedIn(text, name)).toBe(true);
  expect(nameImages(text, [{ name, file: '1-a.png' }])).toBe('Before\n\n[image: 1-a.png]\n\n[image: 1-a.png]');
});

it('leaves other files, and texts without any, as they are', () => {
  const text = showing('notes.pdf');
  expect(isNamedIn(text, 'notes.pd')).toBe(false);
  expect(isNamedIn(text, 'other.pdf')).toBe(false);
  expect(nameImages(text, [{ name: 'notes.pd', file: '1-a.png' }])).toBe(text);
  expect(nameImages('See shot.png.', [{ name: 'shot.png', file: '1-a.png' }])).toBe('See shot.png.');
});

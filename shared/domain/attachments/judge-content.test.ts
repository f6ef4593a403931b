import { describe, expect, it } from 'vitest';
import { anImage, RED_PIXEL } from '../../../test/builders/images.ts';
import { readImageSize } from './image-size.ts';
import { judgeContent } from './judge-content.ts';

const TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'] as const;
const bytesOf = (text: string) => Buffer.from(text, 'latin1');

describe('judgeContent', () => {
  it.each(TYPES)('knows %s by its first bytes, and its size', (type) => {
    expect(judgeContent(anImage(type))).toEqual({ kind: 'image', type });
    expect(readImageSize(anImage(type, 640, 480), type)).toEqual({ width: 640, height: 480 });
  });

  it('knows the other two forms of WebP', () => {
    const lossy = bytesOf('RIFF....WEBPVP8 ........__\x80\x02\xe0\x01....');
    const lossless = bytesOf('RIFF....WEBPVP8L....\x2f\x7f\xc2\x77\x00');
    expect(readImageSize(lossy, 'image/webp')).toEqual({ width: 640, height: 480 });
    expect(readImageSize(lossless, 'image/webp')).toEqual({ width: 640, height: 480 });
  });

  it('takes a whole image', () => {
    expect(judgeContent(RED_PIXEL)).toEqual({ kind: 'image', type: 'image/png' });
  });

  it.each([
    { name: 'a page', text: '<html><script>alert(1)</script></html>' },
    { name: 'a drawing', text: '<svg xmlns="http://www.w3.org/2000/svg"/>' },
    { name: 'a log with colours', text: '\u001b[31mfailed\u001b[0m' },
    { name: 'other scripts', text: 'Größe, 大きさ' },
  ])('takes for text what is UTF-8: $name', ({ text }) => {
    expect(judgeContent(new TextEncoder().encode(text))).toEqual({ kind: 'text', text });
  });

  it.each([
    { what: 'a PDF', bytes: bytesOf('%PDF-1.7 all of it is ASCII') },
    { what: 'an archive or an Office document', bytes: bytesOf('PK\x03\x04text') },
    { what: 'an archive', bytes: bytesOf('\x1f\x8b\x08') },
    { what: 'an Office document', bytes: bytesOf('{\\rtf1 text}') },
    { what: 'neither an image nor text in UTF-8', bytes: bytesOf('caf\xe9') },
    { what: 'neither an image nor text in UTF-8', bytes: bytesOf('a\0b') },
    { what: 'neither an image nor text in UTF-8', bytes: bytesOf('\xff\xfeh\0i\0') },
    { what: 'empty', bytes: new Uint8Array() },
    { what: 'a damaged image', bytes: anImage().subarray(0, 20) },
    { what: 'a damaged image', bytes: bytesOf('\xff\xd8\xff\xe0\x00\x04JFgarbage') },
    { what: 'a damaged image', bytes: anImage('image/gif', 0, 10) },
    { what: 'a damaged image', bytes: bytesOf('RIFF....WEBPXXXX....................') },
  ])('leaves out $what', ({ what, bytes }) => {
    expect(judgeContent(bytes)).toEqual({ kind: 'other', what });
  });

  it.each(TYPES)('leaves out a small file that says it is a huge %s', (type) => {
    expect(judgeContent(anImage(type, 60_000, 60_000))).toMatchObject({ kind: 'other' });
    expect(judgeContent(anImage(type, 7000, 7000))).toMatchObject({
      what: 'an image of 7000 by 7000 pixels, which is too large',
    });
  });

  it('looks at a part of a larger buffer as at the whole file', () => {
    const larger = Buffer.concat([bytesOf('....'), anImage()]);
    expect(judgeContent(larger.subarray(4))).toEqual({ kind: 'image', type: 'image/png' });
  });
});

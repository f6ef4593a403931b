import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appendMarker, formatMarker, type Marker, parseMarker, stripMarker } from './marker.ts';

const marker: Marker = { purpose: 'summary', scope: 'mr~7~3', run: 'r1', sha: 'abc1234', answers: 12 };

describe('marker', () => {
  it('is one hidden line that reads back as it was', () => {
    const text = appendMarker('Reviewed 3 files.', marker);
    expect(text).toBe(
      'Reviewed 3 files.\n\n<!-- cmap {"purpose":"summary","scope":"mr~7~3","run":"r1","sha":"abc1234","answers":12} -->',
    );
    expect(parseMarker(text)).toEqual(marker);
    expect(stripMarker(text)).toBe('Reviewed 3 files.');
  });

  it('cannot be broken out of by any value, and any text keeps its marker', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }), fc.string(), (fingerprint, text) => {
        const line = formatMarker({ purpose: 'finding', fingerprint });
        expect(line.slice(4, -3)).not.toMatch(/--|>|\n/);
        expect(parseMarker(appendMarker(text, { purpose: 'finding', fingerprint }))).toEqual({
          purpose: 'finding',
          fingerprint,
        });
      }),
    );
  });

  it.each(['-->', '--!>', '<!--', '---', '-', '\n-->\n'])('escapes %j', (fingerprint) => {
    expect(formatMarker({ purpose: 'finding', fingerprint }).match(/-->/g)).toHaveLength(1);
    expect(parseMarker(formatMarker({ purpose: 'finding', fingerprint }))?.fingerprint).toBe(fingerprint);
  });

  it('closes a code fence that was left open', () => {
    const text = appendMarker('~~~ts\nconst a = 1;', marker);
    expect(text).toContain('const a = 1;\n~~~\n\n<!-- cmap');
    expect(parseMarker(text)).toEqual(marker);
  });

  const line = formatMarker({ purpose: 'progress' });
  it.each([
    { name: 'a quotation', text: `Look:\n> ${line}` },
    { name: 'an indented code block', text: `Look:\n\n    ${line}` },
    { name: 'inline code', text: `\`${line}\`` },
    { name: 'a fenced block', text: `\`\`\`\n${line}\n\`\`\`` },
    { name: 'a fenced block left open', text: `\`\`\`\`md\n\`\`\`\n${line}` },
    { name: 'a marker followed by words', text: `${line}\nIs this yours?` },
    { name: 'words before it on the line', text: `See ${line}` },
    { name: "another program's marker", text: '<!-- other {"purpose":"progress"} -->' },
    { name: 'an unknown field', text: '<!-- cmap {"purpose":"progress","x":1} -->' },
    { name: 'no purpose', text: '<!-- cmap {"sha":"abc1234"} -->' },
    { name: 'broken JSON', text: '<!-- cmap {"purpose": -->' },
    { name: 'nothing', text: '' },
  ])('does not believe $name', ({ text }) => {
    expect(parseMarker(text)).toBeUndefined();
    expect(stripMarker(text)).toBe(text);
  });

  it('survives what services do to line ends and trailing space', () => {
    expect(parseMarker(`Done.\r\n\r\n${line}\r\n  \n`)).toEqual({ purpose: 'progress' });
  });

  it('refuses to write what it could not read', () => {
    expect(() => formatMarker({ purpose: 'Not a word' })).toThrow();
  });
});

import { expect, it } from 'vitest';
import { createSteppedClock } from '../../test/doubles/stepped-clock.ts';
import { createTranscript } from './transcript.ts';

const clock = createSteppedClock(0);
const SECRET = 'Kq7Zr2Wm9Tb4Xn6Lp3Vd8Gs5';
const redact = (text: string) => text.replaceAll(SECRET, '[secret]');

it('is one JSON object a line', () => {
  const transcript = createTranscript({ clock, redact });
  transcript.add('message', { text: 'a\nb' });
  transcript.add('ending', { kind: 'idle' });

  expect(transcript.toString()).toBe(
    '{"at":"1970-01-01T00:00:00.000Z","type":"message","text":"a\\nb"}\n{"at":"1970-01-01T00:00:00.000Z","type":"ending","kind":"idle"}\n',
  );
});

it('cuts long texts wherever they are, and says so', () => {
  const transcript = createTranscript({ clock, redact });
  transcript.add('tool-call', { arguments: { file_text: 'x'.repeat(50_000) } });

  expect(transcript.toString()).toContain('[... 30000 characters left out]');
  expect(transcript.toString().length).toBeLessThan(21_000);
});

it('masks what it cuts, so that no half of a secret stays', () => {
  const transcript = createTranscript({ clock, redact });
  transcript.add('tool-result', { text: `${'x'.repeat(19_990)}${SECRET} and ${'more '.repeat(10)}` });

  expect(transcript.toString()).toMatch(/x\[secret\] a\[\.\.\. \d+ characters left out\]/);
});

it('stops when it is full, and says so once', () => {
  const transcript = createTranscript({ clock, redact });
  for (let round = 0; round < 300; round += 1) transcript.add('message', { text: 'x'.repeat(20_000) });

  expect(transcript.toString().length).toBeLessThan(5_001_000);
  expect(transcript.toString().match(/transcript-cut/g)).toHaveLength(1);
});

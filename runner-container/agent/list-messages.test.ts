import { describe, expect, it } from 'vitest';

import { createManualClock } from '../../test/doubles/manual-clock.ts';
import { listMessages } from './list-messages.ts';
import { createTranscript } from './transcript.ts';

describe('the messages of a transcript', () => {
  it('are what the model said, oldest first, without the rest', () => {
    const transcript = createTranscript({ clock: createManualClock(), redact: (text) => text });
    transcript.add('prompt', { prompt: 'Review it.' });
    transcript.add('message', { text: 'I look.' });
    transcript.add('message', { text: '' });
    transcript.add('tool-call', { tool: 'view' });
    transcript.add('message', { text: 'All\nis well.' });
    expect(listMessages(transcript.toString())).toEqual(['I look.', 'All\nis well.']);
    expect(listMessages('')).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import type { AdfDocument } from './adf.ts';
import { markdownToAdf } from './markdown-to-adf.ts';
import { splitMention } from './split-mention.ts';
import { withMention } from './with-mention.ts';

const ADA = { accountId: '557058:ada', name: 'Ada *the* Lovelace' };

it.each(['Done. See **!3**.', '# Heading\n\nText', '- a list', '```\ncode\n```', ''])('takes apart %j', (markdown) => {
  const document = markdownToAdf(markdown);
  expect(splitMention(withMention(document, ADA))).toEqual({ mention: ADA, rest: document });
});

it.each<{ name: string; value: unknown }>([
  { name: 'no document', value: 'text' },
  { name: 'an empty one', value: { type: 'doc', version: 1, content: [] } },
  { name: 'one without a mention', value: markdownToAdf('@Ada Done.') },
  {
    name: 'one that mentions further on',
    value: {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Hi ' },
            { type: 'mention', attrs: { id: 'a' } },
          ],
        },
      ],
    } satisfies AdfDocument,
  },
])('finds none in $name', ({ value }) => {
  expect(splitMention(value)).toBeUndefined();
});

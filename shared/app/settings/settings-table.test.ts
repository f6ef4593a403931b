import { expect, it } from 'vitest';
import * as z from 'zod';

import { optional, required, withDefault } from './setting.ts';
import { plainText, wholeNumber } from './setting-parsers.ts';
import { describeSettings, formatSettingsTable } from './settings-table.ts';

const schema = z.object({
  URL: required(plainText, { description: 'An address.', fix: 'Set it.' }),
  OTHER_URL: required(plainText, { description: 'Another | address.', fix: 'Set it.' }),
  TOKEN: optional(plainText, { description: 'A token.', fix: 'Set it.', requiredWhen: 'with URL' }),
  NAME: optional(plainText, { description: 'A name.', fix: 'Set it.' }),
  COUNT: withDefault(wholeNumber({ min: 1, max: 9 }), { description: 'A number.', fix: 'Set it.', default: '5' }),
});

it('tells for each setting whether it is required, its default and what it is for', () => {
  expect(describeSettings(schema)).toEqual([
    { name: 'URL', required: 'yes', default: '', description: 'An address.' },
    { name: 'OTHER_URL', required: 'yes', default: '', description: 'Another | address.' },
    { name: 'TOKEN', required: 'with URL', default: '', description: 'A token.' },
    { name: 'NAME', required: 'no', default: '', description: 'A name.' },
    { name: 'COUNT', required: 'no', default: '5', description: 'A number.' },
  ]);
});

it('keeps a bar in a description from making a column', () => {
  expect(formatSettingsTable(schema)).toContain('| `OTHER_URL` | yes |  | Another \\| address. |');
});

import { expect, it } from 'vitest';

import { markdownToAdf } from '../../adapters/jira/adf/markdown-to-adf.ts';
import { formatCriteriaForJira, formatCriteriaSection } from './format-criteria.ts';

it.each(['a | b', 'a \\| met | b', 'a \\\\| b', 'a \\\\\\| b', '`a\\|b`', 'x\\', '| |', '||'])(
  'no text of a ticket or a model leaves its cell: %s',
  (text) => {
    for (const format of [formatCriteriaForJira, formatCriteriaSection]) {
      const markdown = format({ listed: [{ number: 1, text, state: 'not-met', evidence: text }], leftOut: 0 });
      const table = markdownToAdf(markdown).content.find(({ type }) => type === 'table');
      const cells = table?.content?.at(-1)?.content ?? [];
      expect(cells).toHaveLength(4);
      expect(JSON.stringify(cells[2])).toContain('"not met"');
    }
  },
);

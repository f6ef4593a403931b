import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

import type { AddedText } from '../git/read-added-text.ts';
import type { Violation } from './violation.ts';

/**
 * Looks for credentials in the lines a change adds. The violation names file, line and kind; what was found is never
 * repeated.
 */
export async function scanSecrets(files: readonly AddedText[]): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const file of files) violations.push(...(await scanFile(file)));
  return violations;
}

// The preset as a whole would let a comment in the change switch the scan off, so its rules are named one by one
// without that one.
const COMMENT_FILTER = '@secretlint/secretlint-rule-filter-comments';
const CONFIG = {
  rules: rules
    .filter(({ meta }) => meta.id !== COMMENT_FILTER)
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

async function scanFile({ path, text, addedLines }: AddedText): Promise<Violation[]> {
  const source = {
    filePath: `/${path}`,
    content: text,
    ext: path.slice(path.lastIndexOf('.') + 1),
    contentType: 'text' as const,
  };
  const { messages } = await lintSource({
    source,
    options: { config: CONFIG, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.flatMap(({ loc, ruleId, messageId }): Violation[] => {
    const line = firstAddedLine(addedLines, loc.start.line, loc.end.line);
    if (line === undefined) return [];
    const kind = `${ruleId.replace(/^.*secretlint-rule-/, '')}, ${messageId}`;
    return [{ rule: 'secret', path, message: `Line ${line} looks like a credential (${kind}).` }];
  });
}

function firstAddedLine(addedLines: ReadonlySet<number>, start: number, end: number): number | undefined {
  for (let line = start; line <= end; line += 1) if (addedLines.has(line)) return line;
  return undefined;
}

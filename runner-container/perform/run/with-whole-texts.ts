import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { KeepWhole } from '../../../shared/domain/prompts/ticket-fields.ts';
import { cleanText } from '../../../shared/kernel/text/clean-text.ts';
import type { Workspace } from '../../workspace/workspace.ts';

/** A part of a prompt whose long texts stand, whole, in files of the context, which the session may read. */
export async function withWholeTexts<T>(
  { context }: Pick<Workspace, 'context'>,
  format: (whole: KeepWhole) => T,
): Promise<T> {
  const files = new Map<string, string>();
  const part = format((name, text) => {
    const file = path.join(context, name);
    files.set(file, cleanText(text));
    return file;
  });
  for (const [file, text] of files) await writeFile(file, text);
  return part;
}

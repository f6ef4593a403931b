import type { ReviewedFile } from '../review/reviewed-file.ts';
import { labelUntrusted } from './label-untrusted.ts';

/** Which part of a large change a session reads, and what it is told of the rest. */
export interface PromptPart {
  number: number;
  of: number;
  /** Every changed file with the part that reads it, a line each, from `formatChangeMap`. */
  map: string;
  /** Absolute path of a file with the whole map. */
  mapFile: string;
  /** Of the parts that were read before, a line each. */
  findings: readonly string[];
}

/** The map stands in the prompt of each part, so it has to leave room for what the part is about. */
const MAX_MAP_CHARACTERS = 40_000;

const MAX_FINDINGS_CHARACTERS = 12_000;

/** What a session is told that reads one part of a large change, as parts of its prompt. */
export function formatPart({ number, of, map, mapFile, findings }: PromptPart): string[] {
  const task = `The change is too large to be read at once, so it is read in ${of} parts, each by a session of its own. This is part ${number}. Read every diff of this part, and look into the checkout for what they touch. Report what is wrong in the files of this part, also where it shows only beside files of other parts. The summary is about this part, in at most three sentences. If there are acceptance criteria, answer those that the files of this part or the checkout say something about, and leave the others out.`;
  const whole = 'All changed files with the part that reads them, as a map of the whole:';
  return [
    `${task}\n\n${whole}\n\n${labelUntrusted('map of the change', map, MAX_MAP_CHARACTERS, { wholeTextIn: mapFile })}`,
    ...(findings.length === 0
      ? []
      : [
          `Found in the parts before; report none of it again:\n\n${labelUntrusted('findings so far', findings.join('\n'), MAX_FINDINGS_CHARACTERS)}`,
        ]),
  ];
}

/** A changed file in one line, without where its diff stands. */
export function describeFile(file: Omit<ReviewedFile, 'diffFile'>): string {
  const { oldPath, newPath, status, addedLines, removedLines, piece } = file;
  const path = oldPath === newPath ? newPath : `${oldPath} -> ${newPath}`;
  const which = piece ? `, piece ${piece.number} of ${piece.of}` : '';
  return `${path} (${status}${which}, +${addedLines} -${removedLines})`;
}

/** A line for each changed file, in the order of the parts. */
export function formatChangeMap(plan: {
  parts: readonly (readonly ReviewedFile[])[];
  beyond: readonly ReviewedFile[];
}): string {
  const lines = plan.parts.flatMap((files, index) => files.map((file) => `part ${index + 1}: ${describeFile(file)}`));
  return [...lines, ...plan.beyond.map((file) => `not read: ${describeFile(file)}`)].join('\n');
}

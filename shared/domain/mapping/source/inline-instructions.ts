import { isObject } from '../../../kernel/is-object.ts';
import type { MappingPath, SourceProblem } from '../problem.ts';
import { InstructionFileName, MAX_INSTRUCTION_FILE, MAX_TYPED_INSTRUCTION } from './mapping-blocks.ts';
import { nameField } from './name-field.ts';
import { showValue } from './show-value.ts';

/** What stands in a file that a map names, or why it is not read: the end of a sentence. */
export type FileContent = { text: string } | { problem: string };

/** By the path that the map names. */
export type FileContents = ReadonlyMap<string, FileContent>;

/** A text of `instructions` that a map has in a file. */
export interface InstructionFile {
  /** Of the text in the map. */
  path: MappingPath;
  file: string;
}

export interface InlinedSource {
  source: unknown;
  problems: SourceProblem[];
}

/** The files a map names, in its order. What is no map names none. */
export function listInstructionFiles(source: unknown): InstructionFile[] {
  return listInstructions(source).flatMap(({ path, value }) => {
    // What is no such name is a problem of its own, and nothing is read by it.
    const named = InstructionFileName.safeParse(value).data;
    return named ? [{ path, file: named.file }] : [];
  });
}

/**
 * The map with the texts of its files in place of their names. Where a file is not read, its name stays and is a
 * problem. A text that is typed into the map is long sooner than one in a file of its own.
 */
export function inlineInstructions(source: unknown, contents: FileContents): InlinedSource {
  const problems = listInstructions(source).flatMap(({ path, value }) => {
    if (typeof value !== 'string' || value.length <= MAX_TYPED_INSTRUCTION) return [];
    const message = `${nameField(path)} must be at most ${MAX_TYPED_INSTRUCTION} characters; put more into a file beside the map and write { file: NAME }`;
    return [{ path, isAboutKey: false, message }];
  });
  let inlined = source;
  for (const { path, file } of listInstructionFiles(source)) {
    const content = contents.get(file);
    const read = content ? judge(content) : undefined;
    if (read && 'text' in read) inlined = replaceAt(inlined, path, read.text);
    else if (read)
      problems.push({ path, isAboutKey: false, message: `${nameField(path)}: ${showValue(file)} ${read.problem}` });
  }
  return { source: inlined, problems };
}

/** What no file was read for: a map that is not YAML, whose texts stand in it. */
export function findUnreadFiles(source: unknown): SourceProblem[] {
  return listInstructionFiles(source).map(({ path, file }) => ({
    path,
    isAboutKey: false,
    message: `${nameField(path)} names the file ${showValue(file)}, which is read when a map is rendered; use what \`cmap render-json\` prints`,
  }));
}

function judge(content: FileContent): FileContent {
  if ('problem' in content) return content;
  const text = content.text.replaceAll(/\r\n?/g, '\n').trim();
  if (text === '') return { problem: 'is empty' };
  if (text.length > MAX_INSTRUCTION_FILE)
    return { problem: `has ${text.length} characters; an instruction is at most ${MAX_INSTRUCTION_FILE}` };
  return { text };
}

function listInstructions(source: unknown): { path: MappingPath; value: unknown }[] {
  if (!isObject(source)) return [];
  const bindings = Array.isArray(source['bindings']) ? source['bindings'] : [];
  const blocks: { path: MappingPath; block: unknown }[] = [
    { path: ['defaults'], block: source['defaults'] },
    ...bindings.map((block: unknown, index) => ({ path: ['bindings', index], block })),
  ];
  return blocks.flatMap(({ path, block }) => {
    const instructions = isObject(block) ? block['instructions'] : undefined;
    if (!isObject(instructions)) return [];
    return Object.entries(instructions).map(([kind, value]) => ({ path: [...path, 'instructions', kind], value }));
  });
}

/** A copy: an alias in the file may have made two blocks the same one. */
function replaceAt(target: unknown, [step, ...rest]: MappingPath, value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(target)) return target.map((item, index) => (index === step ? replaceAt(item, rest, value) : item));
  return isObject(target) ? { ...target, [step]: replaceAt(target[step], rest, value) } : target;
}

import { stripMarker } from '../../kernel/text/marker.ts';
import type { Note, NotePosition } from '../ports/gitlab.ts';
import { formatFence } from './format-fence.ts';
import { labelUntrusted } from './label-untrusted.ts';

export interface ReplyPromptInput {
  mergeRequest: { title: string; description: string; sourceBranch: string; targetBranch: string };
  /** Blocks with the ticket of the merge request, from `formatTicket`. */
  ticket?: readonly string[];
  /** The whole thread, oldest first. */
  notes: readonly Note[];
  /** The note to answer. */
  noteId: number;
  ownUserId: number;
  headSha: string;
  /** Absolute path of the file with the diff of the merge request. */
  diffFile: string;
  /** The instruction when the note is a command; otherwise the whole note counts. */
  instruction?: string;
  /** Globs of the part of the repository that may be changed; absent for all of it. */
  paths?: readonly string[];
  /** Other threads of the merge request in brief, for context. */
  otherThreads?: readonly string[];
}

/** What is to be answered: the whole thread with its place in the diff, and where to read the diff. */
export function buildReplyPrompt(input: ReplyPromptInput): string {
  const { mergeRequest } = input;
  const position = input.notes.find((note) => note.position)?.position;
  const parts = [
    '# Merge request',
    labelUntrusted('title', mergeRequest.title, 500),
    labelUntrusted('description', mergeRequest.description, 5000),
    labelUntrusted('branches', `${mergeRequest.sourceBranch} -> ${mergeRequest.targetBranch}`, 500),
    `The checkout stands at ${input.headSha}. The diff against the target branch is in ${input.diffFile}.`,
    ...(input.ticket ?? []),
    '# The thread, oldest note first',
    position && `It stands at ${describePosition(position, input.headSha)}.`,
    ...input.notes.filter((note) => !note.system).map((note) => formatNote(note, input)),
    input.otherThreads?.length
      ? `# Other threads in brief\n\n${input.otherThreads.map((text) => labelUntrusted('thread', text, 500)).join('\n\n')}`
      : undefined,
    '# What to do',
    'Answer the note marked as the one to answer: what it asks for is your task, within your rules.',
    ...formatFence(input.paths),
    input.instruction && `Its command in plain words:\n\n${labelUntrusted('instruction', input.instruction, 5000)}`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function formatNote(note: Note, { noteId, ownUserId }: ReplyPromptInput): string {
  const who = note.author.id === ownUserId ? 'you' : `person ${note.author.id}`;
  const which = note.id === noteId ? ' (the one to answer)' : '';
  return `## Note ${note.id} by ${who}${which}\n\n${labelUntrusted('note', stripMarker(note.body), 5000)}`;
}

function describePosition({ oldPath, newPath, oldLine, newLine, headSha }: NotePosition, currentHead: string): string {
  const place =
    newLine !== undefined
      ? `line ${newLine} of ${JSON.stringify(newPath)}`
      : oldLine !== undefined
        ? `line ${oldLine} of ${JSON.stringify(oldPath)} before the change`
        : `the file ${JSON.stringify(newPath)}`;
  return headSha === currentHead ? place : `${place} as of commit ${headSha}; the line may have moved since`;
}

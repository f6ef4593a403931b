import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { type JudgedContent, judgeContent } from '../../../shared/domain/attachments/judge-content.ts';
import { nameAttachmentFile } from '../../../shared/domain/attachments/name-attachment-file.ts';
import type { AttachmentPlan } from '../../../shared/domain/attachments/plan-attachments.ts';
import type { IssueAttachment, Jira } from '../../../shared/domain/ports/jira.ts';
import type { PromptAttachments } from '../../../shared/domain/prompts/format-attachments.ts';
import { MINUTE } from '../../../shared/kernel/clock.ts';
import { TaskError } from '../../../shared/kernel/errors.ts';
import { cleanText } from '../../../shared/kernel/text/clean-text.ts';
import type { AgentImage } from '../../agent/agent.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunnerDeps } from './runner-deps.ts';

/** What a session is given of the attachments of an issue. */
export interface TakenAttachments {
  prompt: PromptAttachments;
  /** For the message to the model, in the order of the prompt. */
  images: AgentImage[];
}

export interface AttachmentTools extends Pick<RunnerDeps, 'clock' | 'log'> {
  jira: Pick<Jira, 'readAttachment'>;
  workspace: Pick<Workspace, 'context'>;
}

/** Of all of them together: a run waits no longer for what it can do without. */
const LONGEST_MS = MINUTE;

/**
 * Asks Jira for each planned attachment once, one after the other, and puts it into a file beside the work tree, where
 * no commit takes it from. What Jira does not give, and what is something else than its name says, is left out with the
 * reason, and the run goes on.
 */
export async function takeAttachments(
  issueKey: string,
  { wanted, leftOut: planned }: AttachmentPlan,
  tools: AttachmentTools,
  signal: AbortSignal,
): Promise<TakenAttachments> {
  const { workspace, clock, log } = tools;
  const directory = path.join(workspace.context, 'attachments');
  const endsAt = clock.now() + LONGEST_MS;
  const images: (PromptAttachments['images'][number] & AgentImage)[] = [];
  const texts: { file: string }[] = [];
  const leftOut = [...planned];
  let untaken: string | undefined;
  for (const attachment of wanted) {
    if (clock.now() > endsAt) untaken ??= 'Jira delivers too slowly';
    const content = untaken === undefined ? await read({ issueKey, attachment }, tools, signal) : NOT_ASKED;
    const { name } = attachment;
    if (content.kind === 'other') {
      leftOut.push({ name, why: untaken ?? content.what });
      if (content.isEnough) untaken = content.what;
      continue;
    }
    const type = content.kind === 'image' ? content.type : 'text';
    const file = nameAttachmentFile(images.length + texts.length + 1, name, type);
    await mkdir(directory, { recursive: true });
    await writeFile(path.join(directory, file), content.kind === 'image' ? content.bytes : cleanText(content.text));
    if (content.kind === 'image') images.push({ name, file, type: content.type, bytes: content.bytes });
    else texts.push({ file });
  }
  if (wanted.length > 0)
    log.info('attachments read', { issueKey, images: images.length, texts: texts.length, leftOut: leftOut.length });
  return { images, prompt: { images, texts, leftOut, directory } };
}

type Content =
  | (Extract<JudgedContent, { kind: 'image' }> & { bytes: Uint8Array })
  | Extract<JudgedContent, { kind: 'text' }>
  /** `isEnough`: no other one is asked for. */
  | (Extract<JudgedContent, { kind: 'other' }> & { isEnough?: boolean });

const NOT_ASKED: Content = { kind: 'other', what: '' };

async function read(
  { issueKey, attachment: { id, size } }: { issueKey: string; attachment: IssueAttachment },
  { jira, log }: AttachmentTools,
  signal: AbortSignal,
): Promise<Content> {
  try {
    const bytes = await jira.readAttachment({ issueKey, id, maxBytes: size }, signal);
    const content = judgeContent(bytes);
    return content.kind === 'image' ? { ...content, bytes } : content;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TaskError)) throw error;
    log.warn('attachment not read', { issueKey, attachmentId: id, error });
    const what = REASONS[error.code] ?? error.detail ?? 'Jira did not deliver it';
    return { kind: 'other', what, isEnough: error.code === 'jira-rate-limited' };
  }
}

const REASONS: Partial<Record<TaskError['code'], string>> = {
  'jira-not-found': 'Jira no longer has it',
  'jira-forbidden': 'Jira does not show it to the agent',
  'jira-rate-limited': 'Jira asked to wait',
};

import type { AttachmentRules } from '../mapping/binding.ts';
import type { IssueAttachment } from '../ports/jira.ts';
import { isNamedIn } from './attachment-places.ts';
import { findUselessKind } from './file-kinds.ts';

/** An attachment that agents are not given, and why, in words that stand behind its name. */
export interface LeftOutAttachment {
  name: string;
  why: string;
}

export interface AttachmentPlan {
  /** To be asked for, in this order. */
  wanted: IssueAttachment[];
  leftOut: LeftOutAttachment[];
}

export interface AttachmentsOfIssue {
  attachments: readonly IssueAttachment[];
  rules: AttachmentRules;
  /** Markdown. */
  description: string;
  /** Everything on the issue that is said to a few, such as a comment for a role; absent where it was not read. */
  restrictedTexts?: readonly string[];
  /** What is said to everyone who sees the issue, besides the description. */
  openTexts?: readonly string[];
}

const KIB = 1024;
/** Of all files of one session: they are held in memory, and images go out with every model call. */
const MAX_TOTAL_BYTES = 20 * 1024 * KIB;

/**
 * Which attachments agents are given: those that stand in the description first, then the newest. They follow the rules
 * of comments. Jira does not say who may see an attachment, so one that stands in a restricted comment, and nowhere
 * that everyone reads, is as unknown as that comment; and one of an app is as unknown as its comments. Where comments
 * were not read, only those that stand in the description are known. Jira takes several files of one name.
 */
export function planAttachments(issue: AttachmentsOfIssue): AttachmentPlan {
  const { rules, description } = issue;
  const known = issue.attachments.filter((attachment) => isKnown(attachment, issue) && isMeant(attachment, issue));
  const shown = new Set(known.filter(({ name }) => isNamedIn(description, name)));
  const sorted = known.toSorted(
    (one, other) => Number(shown.has(other)) - Number(shown.has(one)) || other.createdAt - one.createdAt,
  );
  const plan: AttachmentPlan = { wanted: [], leftOut: [] };
  let total = 0;
  for (const attachment of sorted) {
    const why = findReason(attachment, { rules, taken: plan.wanted.length, total });
    if (why === undefined) {
      plan.wanted.push(attachment);
      total += attachment.size;
    } else plan.leftOut.push({ name: attachment.name, why });
  }
  return plan;
}

function isKnown(
  { name, author }: IssueAttachment,
  { description, restrictedTexts, openTexts = [] }: AttachmentsOfIssue,
): boolean {
  if (author?.accountType === 'app') return false;
  const isOpen = [description, ...openTexts].some((text) => isNamedIn(text, name));
  return isOpen || (restrictedTexts !== undefined && !restrictedTexts.some((text) => isNamedIn(text, name)));
}

/**
 * Whether it is the file that a text shows. Of several of one name a text may mean any: where a restricted comment
 * names it, none of them is given, and where comments were not read, only the first that was there.
 */
function isMeant(
  { name, createdAt }: IssueAttachment,
  { attachments, restrictedTexts }: Pick<AttachmentsOfIssue, 'attachments' | 'restrictedTexts'>,
): boolean {
  const namesakes = attachments.filter((other) => other.name === name);
  if (namesakes.length === 1) return true;
  if (restrictedTexts) return !restrictedTexts.some((text) => isNamedIn(text, name));
  return createdAt === Math.min(...namesakes.map((other) => other.createdAt));
}

function findReason(
  attachment: IssueAttachment,
  { rules, taken, total }: { rules: AttachmentRules; taken: number; total: number },
): string | undefined {
  const { size } = attachment;
  const useless = findUselessKind(attachment);
  if (useless !== undefined) return useless;
  if (size > rules.maxFileKb * KIB)
    return `${Math.ceil(size / KIB)} KB, and more than ${rules.maxFileKb} KB are not taken`;
  if (taken >= rules.maxFiles) return `one more than the ${rules.maxFiles} that are taken`;
  if (total + size > MAX_TOTAL_BYTES) return 'too much together with the others';
  return undefined;
}

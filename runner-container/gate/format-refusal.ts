import { buildRefusalDetail } from '../../shared/domain/messages/describe-failure.ts';
import { fitText } from '../../shared/kernel/text/fit-text.ts';
import { listSome } from '../../shared/kernel/text/list-some.ts';
import { oneLine } from '../../shared/kernel/text/one-line.ts';
import type { GateRule, Violation } from './violation.ts';

const MAX_LISTED = 20;
const MAX_NAME_CHARACTERS = 200;

/** What to do about each kind of refusal, for the person who reads the comment. */
const NEXT_STEPS = {
  'protected-path': 'Make the change of protected files by hand, or adjust `protected_paths` of the binding.',
  'outside-paths':
    'Ask for the part of the change that lies in `paths` of the binding, and have the rest made where it belongs, by hand or by a ticket of its own.',
  'git-directory': 'Nothing named `.git` may be committed; ask for the change without it.',
  'path-name': 'Ask for plain file names.',
  'path-collision': 'Ask for a name that differs in more than case.',
  'special-file': 'Say that only files belong into the change.',
  submodule: 'Add or move submodules by hand.',
  'lfs-file': 'Add or change files of Git LFS by hand, or have git-lfs installed where the runner runs.',
  'link-leaves-repository': 'Ask for a file instead of a link.',
  'too-many-files': 'Split the work into smaller issues, or raise `limits` of the binding.',
  'file-too-large': 'Add large files by hand, or raise `limits` of the binding.',
  'binary-too-large': 'Add large binary files by hand, or raise `limits` of the binding.',
  'change-too-large': 'Split the work into smaller issues, or raise `limits` of the binding.',
  'too-many-deletions': 'If this much should really go, delete it by hand, or raise `limits` of the binding.',
  secret:
    'Say where the value comes from at run time; nothing that looks like a credential is pushed. If it is none, a person adds the path of the file to `.cmap/allow-secrets` on the target branch.',
} as const satisfies Record<GateRule, string>;

/**
 * The refusal as Markdown: which files, why, where the work is kept, and what a person can do. File names are shown as
 * code and cannot become markup.
 */
export function formatRefusal(
  violations: readonly Violation[],
  { kept = [], more = [] }: { kept?: readonly string[]; more?: readonly string[] } = {},
): string {
  const steps = [...new Set(violations.map(({ rule }) => NEXT_STEPS[rule])), ...more];
  const reasons = [
    'Nothing was delivered, because the change was refused:',
    '',
    ...listViolations(violations, MAX_LISTED),
  ];
  return buildRefusalDetail(reasons.join('\n'), steps, kept);
}

/** One Markdown line for each violation up to `max`, and one for the number of the rest. */
export function listViolations(violations: readonly Violation[], max: number): string[] {
  const lines = violations.map(
    ({ path, message }) => `${path === undefined ? '' : `${formatName(path)}: `}${oneLine(message)}`,
  );
  return listSome(lines, max);
}

function formatName(path: string): string {
  const shown = path.replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069`]/gu, '\ufffd');
  return `\`${fitText(shown, MAX_NAME_CHARACTERS)}\``;
}

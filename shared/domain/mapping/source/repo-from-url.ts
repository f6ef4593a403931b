import { REPO_PATH } from './field-types.ts';

/**
 * The repository path inside a clone address, or one with a slash or `.git` too much: what should have been written.
 */
export function repoFromUrl(text: string): string | undefined {
  const path =
    /^[a-z+]+:\/\/[^/]+\/+(.+)$/i.exec(text)?.[1] ??
    /^[^/\s]+@[^/\s:]+:\/*(.+)$/.exec(text)?.[1] ??
    /^\/*(.+)$/.exec(text.trim())?.[1] ??
    '';
  const trimmed = path
    .trim()
    .replace(/\/-\/.*/, '')
    .replace(/\/+$/, '')
    .replace(/(?:\.git)+$/i, '');
  return trimmed !== text && REPO_PATH.test(trimmed) ? trimmed : undefined;
}

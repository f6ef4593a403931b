import * as z from 'zod';
import { BRANCH_NAME, BRANCH_PREFIX, LONGEST_BRANCH_NAME } from '../../../kernel/text/branch-name.ts';
import { MAX_RUNNER_IMAGE_LENGTH, RUNNER_IMAGE } from '../../runs/runner-image.ts';

/**
 * Groups and a repository, as in the address GitLab shows: `group/app`, `group/sub/app`; never ending in `.git` or
 * `.atom`.
 */
export const REPO_PATH = /^(?!.*\.(?:[gG][iI][tT]|[aA][tT][oO][mM])$)[A-Za-z0-9_][\w.-]*(?:\/[A-Za-z0-9_][\w.-]*)+$/;
/** Jira writes project keys in capitals: a letter, then letters, digits or underscores. */
export const JIRA_PROJECT_KEY = /^[A-Z][A-Z0-9_]{1,98}$/;
/** A project key, a dash and a number. */
const JIRA_ISSUE_KEY = /^[A-Z][A-Z0-9_]{1,98}-[1-9]\d{0,9}$/;
/** GitLab's usernames: letters, digits, `_`, `-` and `.` (user/profile, change your username). */
const USERNAME = /^[A-Za-z0-9_][\w.-]*$/;

/** A name as people see it, on one line. */
export const name = z
  .string()
  .max(255, 'must be at most 255 characters')
  .regex(/^[^\s\p{Cc}](?:[^\p{Cc}]*[^\s\p{Cc}])?$/u, 'must be a name on one line, without spaces around it');

export const branch = z
  .string()
  .max(LONGEST_BRANCH_NAME, `must be at most ${LONGEST_BRANCH_NAME} characters`)
  .regex(BRANCH_NAME, 'must be a branch name such as main or release/2.x');

export const branchPrefix = z
  .string()
  .regex(BRANCH_PREFIX, 'must be the beginning of a branch name such as agent/')
  .refine((prefix) => !hasOther(prefix, ['type']), 'must have no names in braces but {type}');

/** Whether a text names something in braces besides these. */
export function hasOther(text: string, names: readonly string[]): boolean {
  return [...text.matchAll(/\{([A-Za-z_ .-]*)\}/g)].some(([, name = '']) => !names.includes(name));
}

/** In a branch name and in a title, so that it may stand between any characters. */
export const typeWord = z
  .string()
  .max(20, 'must be at most 20 characters')
  .regex(/^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$/, 'must be one word of letters and digits such as feat');

export const username = z
  .string()
  .max(255, 'must be at most 255 characters')
  .regex(USERNAME, 'must be a GitLab username such as ada, without an @');

/** GitLab separates labels by comma. */
export const gitlabLabel = name.regex(/^[^,]*$/, 'must be one label, without a comma');

/** Jira takes no spaces in labels (support.atlassian.com, "Use labels to categorize issues"). */
export const jiraLabel = name.regex(/^\S*$/, 'must be one label of Jira, which has no spaces');

export const runnerImage = z
  .string()
  .max(MAX_RUNNER_IMAGE_LENGTH, `must be at most ${MAX_RUNNER_IMAGE_LENGTH} characters`)
  .regex(
    RUNNER_IMAGE,
    'must be the name of a runner image, lower case letters and digits such as python; default, poison and runner are taken',
  );

export const issueKey = z.string().regex(JIRA_ISSUE_KEY, 'must be the key of a Jira issue such as PROJ-1');

/** A glob of branches. */
export const glob = z.string().min(1, 'must not be empty').max(1000, 'must be at most 1000 characters');

/**
 * A glob of files, from the top of the repository. One that can match nothing, or everything but something, would
 * protect or review other files than its reader believes.
 */
export const fileGlob = glob
  .regex(/^(?!!(?!\())/, 'must say what it covers; a leading ! is not supported')
  .regex(/^(?!(?:.*[/\\])?\.\.(?:[/\\]|$))/, 'must stay inside the repository, without ..')
  .regex(/[^./\s]|\.\./, 'must name a file or a folder; ** is all of them')
  .regex(/^[^\\]*$/, 'must separate folders by /, without \\');

/** A whole number from 1 to `max`. */
export function count(max: number) {
  return wholeNumber(1, max);
}

/** A whole number from `min` to `max`, both among them. */
export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`;
  return z.int(message).min(min, message).max(max, message);
}

import type { Workspace } from '../../workspace/workspace.ts';

/**
 * What a command of the repository has printed, with the files of its tree named as people know them: `src/a.ts:3`
 * instead of where this run happened to check them out, and `~` for the home it was given.
 */
export function withoutOwnPaths(output: string, { validation, scratch }: Pick<Workspace, 'validation' | 'scratch'>) {
  const inTree = new RegExp(`(?:file://)?${escapeForPattern(validation)}/`, 'g');
  const tree = new RegExp(`(?:file://)?${escapeForPattern(validation)}${END_OF_NAME}`, 'g');
  const home = new RegExp(`${escapeForPattern(scratch)}${END_OF_NAME}`, 'g');
  return output.replace(inTree, '').replace(tree, '.').replace(home, '~');
}

const END_OF_NAME = '(?![\\w.-])';

function escapeForPattern(path: string): string {
  return path.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

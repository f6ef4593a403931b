import type { PermissionHandler, PermissionRequest, PermissionRequestResult } from '@github/copilot-sdk';

import type { McpServer } from '../../shared/domain/mapping/binding.ts';
import { isAllowedTool } from './mcp-servers.ts';
import { isInside, realPathOf } from './real-path.ts';

export interface PermissionRules {
  access: 'read' | 'edit';
  workTree: string;
  /** Other directories that may be read. */
  readable: string[];
  /** Those whose tools may be used; absent are none. */
  mcpServers?: readonly McpServer[];
}

/**
 * Decides about each tool call of the runtime. Everything not named here is refused, kinds of later versions included.
 *
 * For file tools this is the boundary. For shell commands it is not: once commands are allowed, only the agent's user
 * is.
 */
export function createPermissionHandler(rules: PermissionRules): PermissionHandler {
  return (request) => {
    const refusal = findRefusal(request, rules);
    return refusal === undefined ? APPROVED : { kind: 'reject', feedback: refusal };
  };
}

const APPROVED: PermissionRequestResult = { kind: 'approve-once' };

/** Why the request is refused, in words for the model; `undefined` when it is allowed. Never throws. */
export function findRefusal(
  request: PermissionRequest,
  { access, workTree, readable, mcpServers = [] }: PermissionRules,
): string | undefined {
  switch (request.kind) {
    case 'read':
      if (isInAny(request.path, [workTree, ...readable])) return undefined;
      return `Only files below ${workTree} may be read.`;
    case 'write':
      if (access === 'read') return 'Files cannot be changed in this session.';
      if (!isInAny(request.fileName, [workTree])) return `Only files below ${workTree} may be changed.`;
      if (isGitInternal(request.fileName)) return 'The .git directory is not yours to change.';
      return undefined;
    case 'shell':
      return access === 'edit' ? undefined : 'Commands cannot be run in this session.';
    case 'mcp':
      if (isAllowedTool(request.serverName, request.toolName, mcpServers)) return undefined;
      return 'This tool is not available in this session.';
    default:
      return 'This is not available in this session.';
  }
}

function isInAny(target: string, directories: string[]): boolean {
  const real = realPathOf(target);
  if (real === undefined) return false;
  return directories.some((directory) => {
    const realDirectory = realPathOf(directory);
    return realDirectory !== undefined && isInside(real, realDirectory);
  });
}

/** By name in any case, because `.GIT` and `.git` are the same on some file systems. */
function isGitInternal(target: string): boolean {
  const real = realPathOf(target) ?? target;
  return `${target}/${real}`.split(/[\\/]/).some((part) => part.toLowerCase() === '.git');
}

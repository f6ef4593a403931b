import type { MappingPath } from '../problem.ts';
import { hideTokens } from './looks-like-token.ts';

/** `review.on_push` for a value inside a block, `repo` for one of the binding itself; list positions count from 1. */
export function nameField(path: MappingPath): string {
  const inBinding = path[0] === 'bindings' && typeof path[1] === 'number' ? path.slice(2) : path;
  const inBlock = inBinding[0] === 'defaults' && inBinding.length > 1 ? inBinding.slice(1) : inBinding;
  if (inBlock.length === 0) return path.length === 0 ? 'the mapping' : 'the binding';
  return inBlock
    .map((step, index) => (typeof step === 'number' ? `[${step + 1}]` : `${index === 0 ? '' : '.'}${hideTokens(step)}`))
    .join('');
}

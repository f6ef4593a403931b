import { type CommitGraph, parentsOf } from './commit-graph.ts';

/**
 * Every commit of the graph once, each before its parents. The order depends on the tips and on the order of parents
 * only; what no tip reaches comes last in the order of the list. Linear and without recursion.
 */
export function newestFirst(graph: CommitGraph, tips: readonly number[]): number[] {
  const count = graph.parents.length;
  const state = new Uint8Array(count);
  const oldestFirst: number[] = [];
  const starts = [...tips, ...Array.from({ length: count }, (_, index) => index)];
  for (const start of starts) visit(graph, start, state, oldestFirst);
  return oldestFirst.reverse();
}

/** Appends what is reachable from `start` and new, parents first. State 1 is "entered", 2 is "done". */
function visit(graph: CommitGraph, start: number, state: Uint8Array, oldestFirst: number[]): void {
  const stack = [start];
  while (stack.length > 0) {
    const index = stack[stack.length - 1] ?? -1;
    if (index < 0 || state[index] === 2) {
      stack.pop();
    } else if (state[index] === 1) {
      state[index] = 2;
      oldestFirst.push(index);
      stack.pop();
    } else {
      state[index] = 1;
      for (const parent of parentsOf(graph, index)) if (parent >= 0 && state[parent] === 0) stack.push(parent);
    }
  }
}

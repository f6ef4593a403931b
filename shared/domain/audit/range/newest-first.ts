import { type CommitGraph, sizeOf } from './commit-graph.ts';

/**
 * Every commit of the graph once, each before its parents. The order depends on the tips and on the order of parents
 * only; what no tip reaches comes last in the order of the list. Linear and without recursion.
 */
export function newestFirst(graph: CommitGraph, tips: readonly number[]): number[] {
  const count = sizeOf(graph);
  const state = new Uint8Array(count);
  const oldestFirst: number[] = [];
  for (const tip of tips) visit(graph, tip, state, oldestFirst);
  for (let index = 0; index < count; index += 1) if (state[index] === 0) visit(graph, index, state, oldestFirst);
  return oldestFirst.reverse();
}

/** Appends what is reachable from `start` and new, parents first. State 1 is "entered", 2 is "done". */
function visit({ starts, parents }: CommitGraph, start: number, state: Uint8Array, oldestFirst: number[]): void {
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
      const end = starts[index + 1] ?? 0;
      for (let place = starts[index] ?? 0; place < end; place += 1) {
        const parent = parents[place] ?? -1;
        if (parent >= 0 && state[parent] === 0) stack.push(parent);
      }
    }
  }
}

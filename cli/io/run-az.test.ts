import { expect, it } from 'vitest';
import { locateAzOnWindows } from './run-az.ts';

it('finds the Python of the Azure CLI on Windows, and nothing where it is not installed', () => {
  const files = ['C:\\Azure CLI\\wbin\\az.cmd', 'C:\\Azure CLI\\python.exe'];
  const exists = (file: string) => files.includes(file);
  expect(locateAzOnWindows({ Path: 'C:\\Windows;C:\\Azure CLI\\wbin' }, exists)).toEqual([
    'C:\\Azure CLI\\python.exe',
    '-IBm',
    'azure.cli',
  ]);
  expect(locateAzOnWindows({ Path: 'C:\\Windows' }, exists)).toEqual([]);
  expect(locateAzOnWindows({}, exists)).toEqual([]);
});

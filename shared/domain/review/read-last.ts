import { createPathMatcher } from '../paths/create-path-matcher.ts';
import { LOCK_FILES } from './dependency-files.ts';

const WRITTEN_BY_TOOLS = [
  ...LOCK_FILES,
  // Vendored.
  'vendor',
  'vendored',
  'third_party',
  'node_modules',
  'bower_components',
  'Pods',
  // Generated.
  'dist',
  '__snapshots__',
  '*.snap',
  '*.min.js',
  '*.min.css',
  '*.map',
  '*.generated.*',
  '*.g.dart',
  '*.freezed.dart',
  '*.designer.cs',
  '*.pb.go',
  '*.pb.cc',
  '*.pb.h',
  '*_pb2.py',
  '*_pb2_grpc.py',
  '*_pb.js',
  '*_pb.d.ts',
];

const find = createPathMatcher(WRITTEN_BY_TOOLS);

/**
 * Whether a file is, by its name, a lock file, vendored or generated: read after what people wrote, and first not read
 * when a review has to stop. A name proves nothing, so such a file is never skipped without being named.
 */
export function isReadLast(path: string): boolean {
  return find(path) !== undefined;
}

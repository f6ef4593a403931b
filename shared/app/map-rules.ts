import { sha256 } from '../kernel/sha256.ts';
import { PRODUCT_VERSION } from './product-version.ts';

/** Put here by the build: a digest of the code that checks project maps. */
declare const CMAP_MAP_CODE: string | undefined;

/**
 * The rules by which this program checks project maps: the same for the same code of the same release, and for no
 * other. `undefined` in a program that was not built.
 */
export const MAP_RULES: string | undefined =
  typeof CMAP_MAP_CODE === 'string' ? sha256(`${PRODUCT_VERSION} ${CMAP_MAP_CODE}`).slice(0, 16) : undefined;

import packageJson from '../package.json' with { type: 'json' };

/** The version of this program; it stands in `package.json` and nowhere else. */
export const PRODUCT_VERSION: string = packageJson.version;

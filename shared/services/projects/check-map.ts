/** What checks maps, loaded with the first one that has to be checked: most starts have one that was checked before. */
export { parseStoredMapping } from '../../domain/mapping/source/parse-stored-mapping.ts';
export { readSource } from './map-source.ts';

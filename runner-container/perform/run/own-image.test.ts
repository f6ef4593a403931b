import { describe, expect, it } from 'vitest';
import { assertOwnImage, OtherImage } from './own-image.ts';
import type { ImagePlace } from './runner-deps.ts';

const all = { names: ['python', 'java'] };
const [DEFAULT, PYTHON] = [{ all }, { own: 'python', all }];

describe('assertOwnImage', () => {
  it.each<{ name: string; image?: string; place?: ImagePlace }>([
    { name: 'no image, where there is but one' },
    { name: 'no image in the default runner', place: DEFAULT },
    { name: 'its image', image: 'python', place: PYTHON },
    { name: 'any image where one runner serves all', image: 'rust', place: { all: { names: [], servesAny: true } } },
  ])('lets a run go on with $name', ({ image, place }) => {
    expect(() => assertOwnImage(image, place)).not.toThrow();
  });

  it.each<{ name: string; image?: string; place: ImagePlace }>([
    { name: 'an image in the default runner', image: 'python', place: DEFAULT },
    { name: 'no image in the runner of one', place: PYTHON },
    { name: 'an image in the runner of another', image: 'java', place: PYTHON },
  ])('sends a run on with $name', ({ image, place }) => {
    expect(() => assertOwnImage(image, place)).toThrow(OtherImage);
  });

  it.each<{ place?: ImagePlace }>([{ place: DEFAULT }, { place: PYTHON }, {}])(
    'sends no run on whose image no runner has, in %o',
    ({ place }) => {
      expect(() => assertOwnImage('rust', place)).toThrow(expect.objectContaining({ code: 'image-unknown' }));
    },
  );
});

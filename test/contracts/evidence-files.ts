import { describe, expect, it } from 'vitest';
import type { EvidenceFiles } from '../../shared/domain/ports/evidence.ts';

/** What every implementation of `EvidenceFiles` keeps. */
export function describeEvidenceFiles(createFiles: () => Promise<EvidenceFiles>): void {
  describe('evidence files', () => {
    it('keep text as it was', async () => {
      const files = await createFiles();
      const text = '{"a":"ä \\u0007 💡"}\r\n';
      expect(await files.create('answers/a.json', text)).toBe(true);
      expect(await files.find('answers/a.json')).toBe(text);
      expect(await files.find('answers/b.json')).toBeUndefined();
    });

    it('are written once, also by many at once', async () => {
      const files = await createFiles();
      const texts = Array.from({ length: 4 }, (_, n) => `text ${n}`);
      const created = await Promise.all(texts.map((text) => files.create('answers/a.json', text)));
      const first = texts[created.indexOf(true)];
      expect(created.filter(Boolean)).toHaveLength(1);
      expect(await files.find('answers/a.json')).toBe(first);
      expect(await files.create('answers/a.json', 'another')).toBe(false);
      expect(await files.find('answers/a.json')).toBe(first);
    });

    it('are listed by folder, sorted, and nothing else is', async () => {
      const files = await createFiles();
      for (const name of ['records/2.json', 'records/10.json', 'records-old/1.json', 'answers/a.json'])
        await files.create(name, '{}');
      expect(await files.list('records/')).toEqual(['records/10.json', 'records/2.json']);
      expect(await files.list('others/')).toEqual([]);
    });
  });
}

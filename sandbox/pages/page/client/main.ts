import { follow } from '../../../../cli/commands/board/page/client/follow.ts';

/** Keeps the part of a page that changes current, but never takes away what a person is writing. */
function startLivePart(): void {
  const part = document.getElementById('part');
  const output = document.getElementById('live-part');
  if (!part || !output) return;
  follow(output, {
    part(data) {
      const { stamp, part: html } = JSON.parse(data) as { stamp: string; part: string };
      if (part.dataset['stamp'] === stamp) return;
      if (isBeingWritten(part)) {
        document.getElementById('changed')?.removeAttribute('hidden');
        return;
      }
      replace(part, html);
      part.dataset['stamp'] = stamp;
    },
  });
}

function isBeingWritten(part: HTMLElement): boolean {
  const fields = [
    ...part.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input:not([type=hidden]),textarea'),
  ];
  const choices = [...part.querySelectorAll('select')];
  return (
    fields.some((field) => field.value !== field.defaultValue || field === document.activeElement) ||
    choices.some((choice) => choice === document.activeElement)
  );
}

function replace(part: HTMLElement, html: string): void {
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : undefined;
  const toggled = [...part.querySelectorAll('details')].filter(({ id }) => id).map(({ id, open }) => ({ id, open }));
  // The server has escaped every text in it.
  part.innerHTML = html;
  for (const { id, open } of toggled) {
    const details = document.getElementById(id);
    if (details instanceof HTMLDetailsElement) details.open = open;
  }
  if (focused) document.getElementById(focused)?.focus();
}

startLivePart();

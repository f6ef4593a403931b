import { follow } from './follow.ts';

/** Keeps the part of a run's page that changes current. */
export function startLiveRun(): void {
  const part = document.getElementById('run');
  const output = document.getElementById('live-run');
  if (!part || !output) return;
  const stop = follow(output, {
    run(data) {
      const { stamp, part: html } = JSON.parse(data) as { stamp: string; part: string };
      if (part.dataset['stamp'] === stamp) return;
      const focused = part.contains(document.activeElement) ? document.activeElement?.getAttribute('href') : undefined;
      part.dataset['stamp'] = stamp;
      // The server has escaped every text in it.
      part.innerHTML = html;
      if (focused) part.querySelector<HTMLElement>(`a[href="${CSS.escape(focused)}"]`)?.focus();
    },
    ended() {
      stop();
      // The transcript is written when a session ends.
      location.reload();
    },
  });
}

import { follow } from './follow.ts';

/** Keeps the part of a run's page that changes current. */
export function startLiveRun(): void {
  const part = document.getElementById('run');
  const output = document.getElementById('live-run');
  if (!part || !output) return;
  const stop = follow(output, {
    run(data) {
      part.innerHTML = data;
    },
    ended() {
      stop();
      // The transcript is written when a session ends.
      location.reload();
    },
  });
}

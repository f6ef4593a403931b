import type { JobStarter } from './job-starter.ts';

/** The jobs of all images as one. */
export function joinJobStarters(jobs: readonly JobStarter[]): JobStarter {
  return {
    running: () => jobs.flatMap((job) => job.running()),
    started: () => jobs.reduce((sum, job) => sum + job.started(), 0),
    async poll() {
      await Promise.all(jobs.map((job) => job.poll()));
    },
    async stop(graceMs) {
      await Promise.all(jobs.map((job) => job.stop(graceMs)));
    },
  };
}

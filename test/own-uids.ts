/** More than any test leases at once. */
const COUNT = 8;
/** Beside those that agents have. A process id has at most 22 bits (proc(5), `pid_max`), so all are below 2^31. */
const FIRST = 1_910_000_000;

/**
 * User ids that no other process of this machine leases from, so that no test finds one taken, or gets another one than
 * it would alone, because a runner or another file of tests is at work at the same time.
 */
export const OWN_UIDS = { first: FIRST + process.pid * COUNT, count: COUNT } as const;

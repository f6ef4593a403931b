/**
 * For runs whose runner is killed: its message is another runner's after half a minute instead of three. A lease is
 * lost after three quarters of it without a renewal, and renewed each third, so that one of this length outlives a
 * machine that stands still for ten seconds. One of twenty seconds does not: the run begins once more than it should.
 */
export const SHORT_LEASE = { RUNNER_LEASE_SECONDS: '30' };

/**
 * What the clock of a simulated machine shows at virtual time 0, in seconds since 1970: 2025-01-01 00:00:00 UTC. A fixed day, so
 * that runs repeat; a late one, as scripts reckon with `date +%s%3N`, which would begin with zeros, and so be octal, in 1970; and
 * midnight, so that times of day show the virtual time.
 */
export const EPOCH_SECONDS = 1_735_689_600;

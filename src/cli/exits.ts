/** Exit codes: 0 is done. */

/** Findings of a kind that `--fail-on` names. */
export const FOUND = 1;
/** The command line itself is wrong. */
export const USAGE = 2;
/** The work could not be done. */
export const FAILED = 3;

/** Exit codes; 0 means success. */

/** There are findings of a check named in `--fail-on`, or a watched training has collapsed. */
export const FOUND = 1;
/** The command line is wrong. */
export const USAGE = 2;
/** The command failed. */
export const FAILED = 3;

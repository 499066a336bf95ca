/** Times as text for people, the same in the window and in a terminal. */

/** Below this many seconds no time is shown: it would be over before anyone reads it. */
const LEAST_LEFT = 2;

/** Seconds as "4 s", "2 min 5 s", "1 h 12 min". */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  if (total < 3600)
    return total < 600 && total % 60 > 0
      ? `${Math.floor(total / 60)} min ${total % 60} s`
      : `${Math.round(total / 60)} min`;
  const minutes = Math.round((total % 3600) / 60);
  if (minutes === 0) return `${Math.floor(total / 3600)} h`;
  return minutes === 60 ? `${Math.floor(total / 3600) + 1} h` : `${Math.floor(total / 3600)} h ${minutes} min`;
}

/**
 * "12 s left"; empty if it is not known, and near the end.
 * @param eta seconds
 */
export function timeLeft(eta: number | null): string {
  return eta === null || eta < LEAST_LEFT ? '' : `${duration(eta)} left`;
}

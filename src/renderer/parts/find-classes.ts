/**
 * Classes whose name contains a typed text, in upper or lower case: first those whose name or last level is the text,
 * then those where it begins with it, then the others.
 * @param say the name of a class
 */
export function findClasses<T>(classes: readonly T[], text: string, say: (one: T) => string = String): T[] {
  const wanted = text.trim().toLowerCase();
  const ranked = classes.map((one) => {
    const name = say(one).toLowerCase();
    const ends = [name, name.slice(name.lastIndexOf('/') + 1)];
    const rank = ends.includes(wanted)
      ? 0
      : ends.some((end) => end.startsWith(wanted))
        ? 1
        : name.includes(wanted)
          ? 2
          : 3;
    return { one, rank };
  });
  return ranked
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}

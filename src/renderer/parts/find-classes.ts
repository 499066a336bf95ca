/** Classes that match a typed text; names that begin with it come first. */
export function findClasses(classes: readonly string[], text: string): string[] {
  const wanted = text.trim().toLowerCase();
  const rank = (name: string): number =>
    name.toLowerCase() === wanted ? 0 : name.toLowerCase().startsWith(wanted) ? 1 : 2;
  return classes.filter((name) => name.toLowerCase().includes(wanted)).sort((a, b) => rank(a) - rank(b));
}

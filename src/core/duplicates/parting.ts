/** Splits a group of duplicates if a person marked some of its members as different pictures. */

/**
 * Each member joins the first part that contains no picture marked as different from it. Parts with one member are
 * dropped. The order of the members is kept.
 */
export function partGroups(
  groups: readonly (readonly number[])[],
  apart: (a: number, b: number) => boolean,
): number[][] {
  return groups.flatMap((group) => {
    const parts: number[][] = [];
    for (const member of group) {
      const part = parts.find((others) => others.every((other) => !apart(member, other)));
      if (part === undefined) parts.push([member]);
      else part.push(member);
    }
    return parts.filter(({ length }) => length > 1);
  });
}

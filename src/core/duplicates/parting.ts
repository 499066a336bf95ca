/** Groups of duplicates of which a person said that some members are different pictures. */

/**
 * Each member joins the first part in which it is apart from nobody; a part of one is no group. The order of members is
 * kept.
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

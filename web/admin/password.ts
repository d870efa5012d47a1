/** A first password, made here by chance so that nobody has to think one up. */

/** Letters and digits that are not mistaken for each other on paper. */
const SIGNS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUPS = 4;
const LENGTH = 5;

/** Twenty signs in groups, about 99 bits. */
export function madePassword(): string {
  const group = (): string => Array.from({ length: LENGTH }, sign).join("");
  return Array.from({ length: GROUPS }, group).join("-");
}

function sign(): string {
  const limit = 256 - (256 % SIGNS.length);
  const one = new Uint8Array(1);
  // Bytes above the last whole multiple would make some signs likelier than others.
  do crypto.getRandomValues(one);
  while (one[0]! >= limit);
  return SIGNS[one[0]! % SIGNS.length]!;
}

/** Codes as people type them: in groups, with other digits of their script, with a stray letter. */

export const LENGTH = 6;

/** The digits of what was typed, and nothing else. */
export function digits(typed: string): string {
  return typed.normalize("NFKC").replace(/\D/g, "");
}

/** A secret in groups of four, to be copied by hand. */
export function inGroups(secret: string): string {
  return secret.replace(/.{4}(?=.)/g, "$& ");
}

/** An SVG picture as an address that an <img> may show: nothing in it can run there. */
export function pictureAddress(svg: string): string {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

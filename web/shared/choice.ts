/** Something that can be chosen from a list; `beside` tells those of one name apart. */
export interface Choice {
  code: string;
  name: string;
  beside?: string;
}

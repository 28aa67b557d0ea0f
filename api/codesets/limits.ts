/** What an official file never reaches, and a bomb does. The largest real ones, NCCI pairs, hold about 100 MB. */
export const limits = {
  /** Bytes of a file as it is given. */
  file: 300e6,
  /** Members of an archive. */
  members: 200,
  /** Bytes of one member, and of all together, unpacked. */
  member: 400e6,
  archive: 800e6,
  /** Unpacked to packed, of what is larger than `ratioFrom`. Fixed-width tables reach about 20. */
  ratio: 120,
  ratioFrom: 5e6,
  /** Nesting of XML elements, and characters of one text. */
  depth: 40,
  text: 100_000,
  /** Seconds of a download. */
  download: 120,
} as const;

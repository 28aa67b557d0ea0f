/** Control words that stand for a character. */
export const characters: Readonly<Record<string, string | undefined>> = Object.assign(Object.create(null), {
  bullet: "\u2022",
  endash: "\u2013",
  emdash: "\u2014",
  lquote: "\u2018",
  rquote: "\u2019",
  ldblquote: "\u201c",
  rdblquote: "\u201d",
  emspace: " ",
  enspace: " ",
  qmspace: " ",
});

/** Bytes of symbol fonts in the places where notes use them: bullets, ticks and signs of comparison. */
export const symbols: Readonly<Record<number, string | undefined>> = {
  160: " ",
  163: "\u2264",
  167: "\u2022",
  168: "[ ]",
  176: "\u00b0",
  177: "\u00b1",
  179: "\u2265",
  183: "\u2022",
  216: "\u2022",
  252: "[x]",
  253: "[x]",
  254: "[x]",
};

/** Decoder of each code page. */
export const codePages: Readonly<Record<number, string | undefined>> = {
  866: "ibm866",
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
  1250: "windows-1250",
  1251: "windows-1251",
  1252: "windows-1252",
  1253: "windows-1253",
  1254: "windows-1254",
  1255: "windows-1255",
  1256: "windows-1256",
  1257: "windows-1257",
  1258: "windows-1258",
  10000: "macintosh",
  20866: "koi8-r",
  28591: "windows-1252",
  65001: "utf-8",
};

/** Code page of each character set of a font. */
export const charsets: Readonly<Record<number, number | undefined>> = {
  0: 1252,
  77: 10000,
  128: 932,
  129: 949,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
  255: 437,
};

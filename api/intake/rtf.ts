import { TextDecoder } from "node:util";
import { LONGEST_NOTE, type Warning } from "../encounter.js";
import { InputError } from "../errors.js";
import { DEEPEST } from "./limits.js";
import { Lines } from "./lines.js";
import { STRUCK, tooLong } from "./notices.js";
import { characters, charsets, codePages, symbols } from "./rtf-words.js";

/** What holds of the words of a group; a group begins with that of the one around it. */
type State = {
  /** Nothing in this group is shown. */
  skip: boolean;
  hidden: boolean;
  struck: boolean;
  /** Characters to pass over behind `\u`: what older readers show in its place. */
  fallback: number;
  codePage: number;
  symbol: boolean;
  fonts: boolean;
  /** The mark of an item of a list. */
  mark: boolean;
};

/** Groups that hold no words of the note, or words that are printed on every page. */
const silent = new Set(
  "colortbl stylesheet info pict objdata objclass header headerl headerr headerf footer footerl footerr footerf fldinst filetbl listtable listoverridetable revtbl rsidtbl generator themedata colorschememapping latentstyles datastore xmlnstbl annotation atnid atnauthor atnref atnicn atndate tc xe bkmkstart bkmkend pnseclvl nonshppict".split(
    " ",
  ),
);
const breaks = new Set(["par", "line", "row", "nestrow", "sect", "page", "column", "softline"]);
const SYMBOL = 2;

/**
 * The words of an RTF document: a line a paragraph and a row of a table, cells with tabs between. Left out: hidden and
 * struck-out words, pictures, comments, headers and footers, fields' instructions.
 * @throws InputError `rtf.damaged`, `rtf.too-deep` or `note.too-long`
 */
export function readRtf(bytes: Uint8Array): { text: string; warnings: Warning[] } {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  const out = new Lines();
  const warnings = new Map<string, Warning>();
  const fonts = new Map<number, number>();
  const stack: State[] = [];
  let state: State = {
    skip: false,
    hidden: false,
    struck: false,
    fallback: 1,
    codePage: 1252,
    symbol: false,
    fonts: false,
    mark: false,
  };
  let documentPage = 1252;
  let font = 0;
  let pending: number[] = [];
  let pass = 0;
  let at = 0;

  const say = (words: string) => {
    if (state.skip || state.hidden || state.fonts) return;
    if (state.struck) {
      if (words.trim() !== "") warnings.set(STRUCK.code, STRUCK);
      return;
    }
    out.write(words);
    if (out.length > LONGEST_NOTE) throw tooLong();
  };
  /** Bytes are turned into words together: two may make one character. */
  const flush = () => {
    if (pending.length === 0) return;
    const run = Uint8Array.from(pending);
    pending = [];
    if (state.skip || state.fonts) return;
    say(state.symbol ? Array.from(run, symbolOf).join("") : decoderOf(state.codePage).decode(run));
  };
  const decoders = new Map<number, TextDecoder>();
  const decoderOf = (codePage: number) => {
    let decoder = decoders.get(codePage);
    if (!decoder) {
      if (!codePages[codePage])
        warnings.set("rtf.code-page", {
          code: "rtf.code-page",
          message:
            "A code page of the document is not known; Windows-1252 was used. Letters with accents may be wrong.",
        });
      decoder = new TextDecoder(codePages[codePage] ?? "windows-1252");
      decoders.set(codePage, decoder);
    }
    return decoder;
  };
  const byte = (value: number) => {
    if (pass > 0) pass--;
    else pending.push(value);
  };

  const control = (name: string, value: number | undefined) => {
    const on = value !== 0;
    if (name === "bin") {
      at += Math.max(0, value ?? 0);
      if (at > source.length) throw damaged();
    } else if (silent.has(name)) state.skip = true;
    else if (name === "fonttbl") state.fonts = true;
    else if (name === "f") setFont(value ?? 0);
    else if (name === "fcharset" && state.fonts)
      fonts.set(font, value === SYMBOL ? SYMBOL : (charsets[value ?? 0] ?? documentPage));
    else if (name === "cpg" && state.fonts) fonts.set(font, value ?? documentPage);
    else if (name === "ansicpg") documentPage = state.codePage = value ?? 1252;
    else if (name === "mac") documentPage = state.codePage = 10000;
    else if (name === "pc") documentPage = state.codePage = 437;
    else if (name === "pca") documentPage = state.codePage = 850;
    else if (name === "uc") state.fallback = Math.min(16, Math.max(0, value ?? 1));
    else if (name === "u") {
      const unit = (value ?? 0) & 0xffff;
      // Symbol fonts stand in a private range.
      say(unit >= 0xf000 && unit <= 0xf0ff ? symbolOf(unit & 0xff) : String.fromCharCode(unit));
      pass = state.fallback;
    } else if (name === "v") state.hidden = on;
    else if (name === "strike" || name === "striked" || name === "deleted") state.struck = on;
    else if (name === "plain") Object.assign(state, { hidden: false, struck: false, ...page(0) });
    else if (breaks.has(name)) {
      if (!state.skip && !state.hidden && !state.fonts) out.next();
    } else if (name === "cell" || name === "nestcell" || name === "tab") say(state.mark ? " " : "\t");
    else if (name === "listtext" || name === "pntext") state.mark = true;
    else if (characters[name] !== undefined) say(characters[name]);
  };
  const page = (number: number) => {
    const codePage = fonts.get(number) ?? documentPage;
    return codePage === SYMBOL ? { symbol: true } : { codePage, symbol: false };
  };
  const setFont = (number: number) => {
    font = number;
    if (!state.fonts) Object.assign(state, page(number));
  };

  const word = /([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?/y;
  const plain = /[^\\{}\r\n\t]+/y;
  if (!source.startsWith("{\\rtf")) throw damaged();
  while (at < source.length) {
    const sign = source[at];
    if (sign === "{" || sign === "}") {
      flush();
      pass = 0;
      at++;
      if (sign === "{") {
        if (stack.length >= DEEPEST)
          throw new InputError("rtf.too-deep", `The file nests more than ${DEEPEST} groups. Save it as plain text.`);
        stack.push(state);
        state = { ...state };
      } else {
        state = stack.pop() ?? state;
        // What stands behind the document is none of it.
        if (stack.length === 0) return { text: out.toString(), warnings: [...warnings.values()] };
      }
    } else if (sign === "\r" || sign === "\n") at++;
    else if (sign === "\t") {
      flush();
      at++;
      say("\t");
    } else if (sign !== "\\") {
      plain.lastIndex = at;
      const run = plain.exec(source)?.[0] ?? sign;
      at += run.length;
      if (!state.skip) for (let i = 0; i < run.length; i++) byte(run.charCodeAt(i));
    } else if (source[at + 1] === "'") {
      const value = Number.parseInt(source.slice(at + 2, at + 4), 16);
      if (!/^[\da-fA-F]{2}$/.test(source.slice(at + 2, at + 4))) throw damaged();
      at += 4;
      byte(value);
    } else {
      word.lastIndex = at + 1;
      const m = word.exec(source);
      if (m) {
        const wasPassing = pass > 0 && m[1] !== "u";
        flush();
        at += m[0].length + 1;
        const value = m[2] === undefined ? undefined : Number(m[2]);
        // A control word counts as one of the characters that older readers show.
        if (wasPassing && m[1] !== "uc" && characters[m[1]] !== undefined) pass--;
        else {
          pass = 0;
          control(m[1], value);
        }
      } else {
        const symbol = source[at + 1];
        at += 2;
        if (symbol === undefined) throw damaged();
        if (symbol === "\\" || symbol === "{" || symbol === "}") byte(symbol.charCodeAt(0));
        else {
          flush();
          if (symbol === "*") state.skip ||= !isKept(source, at);
          else if (symbol === "\n" || symbol === "\r") control("par", undefined);
          else if (symbol === "~") say(" ");
          else if (symbol === "_") say("-");
        }
      }
    }
  }
  throw damaged();
}

/** Starred groups whose words are shown. */
const isKept = (source: string, at: number) =>
  /^\s*\\(?:pntext|listtext|fldrslt|shptxt)\b/.test(source.slice(at, at + 20));
const symbolOf = (value: number) =>
  symbols[value] ?? (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : " ");
const damaged = () =>
  new InputError("rtf.damaged", "The RTF file breaks off or is damaged. Export it again, or give its plain text.");

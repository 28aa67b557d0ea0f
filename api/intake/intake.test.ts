import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadKnowledge } from "../../rules/load.js";
import { toEncounter } from "../encounter.js";
import { suggestFor, toResult } from "../result.js";
import { projectFolder } from "../version.js";
import { pdfOf, print } from "./fixtures/pdf.js";
import { extract } from "./index.js";

const DAY = "2026-03-02";
const knowledge = loadKnowledge();
const fixture = (name: string) => readFileSync(join(projectFolder(), "api", "intake", "fixtures", name));
const note = fixture("lung-clinic.txt").toString("utf8").trimEnd();

function understood(text: string) {
  const { encounter } = toEncounter({ text, serviceDate: DAY }, knowledge, DAY);
  const ledger = suggestFor(encounter, knowledge);
  const { suggestions, dropped } = toResult(ledger, encounter, []);
  return {
    sections: ledger.of("section").map(({ body: { is, role, heading } }) => ({
      is,
      role,
      heading: heading && text.slice(heading.start, heading.end),
    })),
    suggestions: suggestions.map((s) => ({
      code: s.code,
      role: s.role,
      quotes: s.evidence.map((e) => text.slice(e.start, e.end)),
    })),
    dropped,
  };
}

describe("one note in four forms", () => {
  const forms: [string, Uint8Array, string, string][] = [
    ["text", fixture("lung-clinic.txt"), "text/plain", `${note}\n`],
    ["HTML", fixture("lung-clinic.html"), "text/html", note],
    ["RTF", fixture("lung-clinic.rtf"), "application/rtf", note.replaceAll("\n- ", "\n\u2022 ")],
    ["PDF", pdfOf([print(note)]), "application/pdf", note.replaceAll("\t", "  ")],
  ];
  const expected = understood(note);

  it.each(forms)("%s gives the text, told by its bytes or declared, each time", async (_name, bytes, type, text) => {
    for (const declared of [type, "", "application/octet-stream", `${type.toUpperCase()}; x=y`])
      expect(await extract(bytes, declared)).toEqual({ text, mediaType: type, warnings: [] });
  });
  it.each(forms)("%s leads to the same sections, codes and words", async (_name, bytes) => {
    const { text } = await extract(bytes, "");
    expect(expected.sections.length).toBeGreaterThan(4);
    expect(expected.suggestions.length).toBeGreaterThan(2);
    const got = understood(text);
    expect(got.sections).toEqual(expected.sections);
    expect(got.suggestions).toEqual(expected.suggestions);
    expect(got.dropped).toEqual(expected.dropped);
  });
});

const latin = (text: string) => Uint8Array.from(Buffer.from(text, "latin1"));
const wide = (text: string) => Uint8Array.from(Buffer.from(`\ufeff${text}`, "utf16le"));

describe("plain text", () => {
  it.each<[string, Uint8Array, string, string, string[]]>([
    ["UTF-8", Uint8Array.from(Buffer.from("Ménière\r\n  x\u00a0")), "text/plain", "Ménière\r\n  x\u00a0", []],
    ["a byte order mark is no text", Uint8Array.from(Buffer.from("\ufeffMénière")), "", "Ménière", []],
    ["UTF-16, little end first", wide("Ménière"), "", "Ménière", []],
    ["UTF-16, big end first", wide("Ménière").map((_, i, a) => a[i ^ 1]), "text/plain", "Ménière", []],
    ["Windows-1252 by guess", latin("M\xe9ni\xe8re"), "text/plain", "Ménière", ["note.encoding"]],
    ["Windows-1252 as declared", latin("M\xe9ni\xe8re"), 'text/plain; charset="iso-8859-1"', "Ménière", []],
    ["words like tags", latin("BP <html> 120"), "", "BP <html> 120", []],
    ["HTML of 16 bits", wide("<html><p>COPD"), "", "COPD", []],
  ])("%s", async (_name, bytes, type, text, codes) => {
    const got = await extract(bytes, type);
    expect(got.text).toBe(text);
    expect(got.warnings.map((w) => w.code)).toEqual(codes);
  });
});

describe("what is refused", () => {
  const canary = "Quackenbush";
  it.each<[string, Uint8Array, string, string]>([
    ["an unknown media type", latin(canary), "image/png", "media.unknown"],
    ["a key of every object", latin(canary), "constructor", "media.unknown"],
    ["an unknown character set", latin(canary), "text/plain; charset=klingon", "media.charset"],
    ["an Office document", latin(`PK\x03\x04${canary}`), "", "media.unknown"],
    ["a picture named a text", latin(`\x89PNG${canary}`), "text/plain", "media.unknown"],
    ["RTF declared as HTML", latin(`{\\rtf1 ${canary}}`), "text/html", "media.contradicts"],
    ["HTML declared as text", latin(`<html>${canary}`), "text/plain", "media.contradicts"],
    ["text declared as PDF", latin(canary), "application/pdf", "media.contradicts"],
    ["text declared as RTF", latin(canary), "text/rtf", "media.contradicts"],
    ["bytes that are no text", latin(`${canary}\0\xff`), "text/plain", "note.binary"],
    ["a large file", new Uint8Array(33 * 1024 * 1024), "text/plain", "file.too-large"],
    ["a page of much text", latin("x ".repeat(2_100_000)), "text/html", "note.too-long"],
    ["deep elements", latin(`<html>${"<b>".repeat(500_000)}${"</i>".repeat(500_000)}`), "text/html", "html.too-deep"],
    ["deep groups", latin(`{\\rtf1 ${"{".repeat(500_000)}`), "", "rtf.too-deep"],
    ["RTF that breaks off", latin(`{\\rtf1 ${canary}`), "", "rtf.damaged"],
    ["RTF with a byte beyond the end", latin(`{\\rtf1 ${canary}\\bin99999 }`), "", "rtf.damaged"],
  ])("%s", async (_name, bytes, type, code) => {
    const error = await extract(bytes, type).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: "InputError", code });
    expect((error as Error).message).not.toContain(canary);
  });
});

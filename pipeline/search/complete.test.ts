import { expect, it } from "vitest";
import { loadKnowledge } from "../../rules/load.js";
import { completions } from "./complete.js";

const knowledge = loadKnowledge();

it.each([
  ["diab", "diabetes"],
  ["heart fai", "heart failure"],
  ["Asthma exac", "Asthma exacerbate"],
  ["kidney ston", "kidney stone"],
  ["pnuemon", "pneumonia"],
])("%j may become %j", (text, whole) => {
  expect(completions(text, knowledge, 3)).toContain(whole);
});

it.each([
  ["a finished word", "gout "],
  ["a number", "type 2"],
  ["a code", "E11.6"],
  ["part of another word", "x-ra"],
  ["a word of no title", "zzqx"],
  ["nothing", ""],
])("leaves %s as it is", (_name, text) => {
  expect(completions(text, knowledge, 3)).toEqual([text]);
});

it("gives no more than it is asked for, each once", () => {
  const texts = completions("p", knowledge, 2);
  expect(texts.length).toBeLessThanOrEqual(2);
  expect(new Set(texts).size).toBe(texts.length);
});

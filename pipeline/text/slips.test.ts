import { describe, expect, it } from "vitest";
import { codesFor } from "../../fixtures/codes-for.js";
import { mentionsOf } from "../../fixtures/mentions-of.js";

describe("slips and other ways to write a name", () => {
  const rows: readonly (readonly [said: string, code: string])[] = [
    ["Type 2 diabtes mellitus", "E11.9"],
    ["Hypertention", "I10"],
    ["Hypertensoin", "I10"],
    ["Pnuemonia", "J18.9"],
    ["Hypothyriodism", "E03.9"],
    ["Hypothryoidism", "E03.9"],
    ["Migrane", "G43.909"],
    ["Atrial fibrilation", "I48.91"],
    ["Atrial fibrillaton", "I48.91"],
    ["Hyperlipidema", "E78.5"],
    ["Hyperlipedemia", "E78.5"],
    ["Depresion", "F32.A"],
    ["Anxeity", "F41.9"],
    ["Asthama", "J45.909"],
    ["Ashtma", "J45.909"],
    ["Congestive heart failiure", "I50.9"],
    ["Psorasis", "L40.9"],
    ["Cellulitus", "L03.90"],
    ["Bronchitus", "J40"],
    ["Siezure", "R56.9"],
    ["Obestity", "E66.9"],
    ["Iritable bowel syndrome", "K58.9"],
    ["Cholelithisis", "K80.20"],
    ["Urinary tract infecton", "N39.0"],
    ["Dizzyness", "R42"],
    ["Kneepain", "M25.569"],
    ["Chestpain", "R07.9"],
    ["Shortnessof breath", "R06.02"],
    ["Backpain", "M54.9"],
    ["Anaemia", "D64.9"],
    ["Leukaemia", "C95.90"],
    ["Oesophagitis", "K20.90"],
    ["Gastro-oesophageal reflux disease", "K21.9"],
    ["Gastrointestinal haemorrhage", "K92.2"],
    ["Diarrhoea", "R19.7"],
    ["Brain tumour", "D49.6"],
    ["Oedema", "R60.9"],
    ["Obstructive sleep apnoea", "G47.33"],
    ["Hypoglycaemia", "E16.2"],
    ["Leucocytosis", "D72.829"],
    ["Stone in kidney", "N20.0"],
    ["Kidney stones", "N20.0"],
    ["Renal calculi", "N20.0"],
    ["Head ache", "R51.9"],
    ["Gall stones", "K80.20"],
    ["Hypotension", "I95.9"],
    ["Hypothyroidism", "E03.9"],
    ["Hyperthyroidism", "E05.90"],
  ];
  it.each(rows)("%s: %s", (said, code) => {
    expect(codesFor(said)).toEqual([code]);
  });
});

describe("words that are no slip", () => {
  it.each([
    "The terminal ileum is normal.",
    "Mr. Migran came with Mrs. Ashtma.",
    "Seen by Dr. Diabtes.",
    "He explored the house and painted the fence.",
    "She takes a painkiller.",
    "The kneecap is normal.",
    "Hypetension.",
    "Gastrotomy.",
    "Colotomy.",
    "Hyporexia.",
    "Prolactinemia.",
    "Lensectomy.",
    "Keratoma.",
    "Acyanotic.",
    "Paratonia.",
    "Fibrinoid.",
    "Alice Strokowski lives in Goutham with her daughters.",
    "The schoolteacher was overjoyed about the fishing trip.",
    "Lives at 4 Asthem Street.",
    "qwertyuiopasdfghjkl zxcvbnm",
    "Yesterday afternoon was thunderous.",
    "Her grandchildren visited on Thanksgiving.",
    "Coumadin and Lipitor were refilled.",
  ])("%s", (text) => {
    expect(mentionsOf(`HPI: ${text}`)).toEqual([]);
  });
});

it("leaves a wrong word that is a word", () => {
  expect(codesFor("No know allergies")).toEqual([]);
});

it("keeps the places of words that were run together", () => {
  expect(mentionsOf("HPI: Has kneepain and chestpain, and headches.")).toEqual([
    "kneepain=knee-pain-finding",
    "chestpain=chest-pain",
    "headches=headache",
  ]);
});

import { describe, expect, it } from "vitest";
import { pairTable } from "./pair-table.js";
import { readMue } from "./read-mue.js";
import { readPtp } from "./read-ptp.js";

const NOTICE = "CPT only copyright 2025 American Medical Association. All rights reserved.";
const TABS = [
  `${NOTICE}\t\t\t\t\t\t`,
  "Column 1/Column 2 Edits\t\t\t\t\t\t",
  "Column 1\tColumn 2\t*=in existence prior to 1996\tEffective Date\tDeletion Date *=no data\tModifier 0=not allowed 1=allowed 9=not applicable\tPTP Edit Rationale",
  "11055\t11720\t\t20040101\t*\t1\tMisuse of column two code with column one code",
  "45385\t45378\t*\t19960101\t*\t0\tMore extensive procedure",
  "10060\t10160\t\t20000101\t20051231\t1\t",
  "10060\t11719\t\t20000101\t20000101\t9\t",
  "",
].join("\r\n");
const COMMAS = `"${NOTICE}",,,,,,
"Column 1","Column 2","*=in existence
prior to 1996","Effective Date","Deletion Date
*=no data","Modifier
0=not allowed","PTP Edit Rationale"
"11055","11720","","20040101","*","1","Misuse of ""column two"", with column one"
0001U,0013U,,7/1/2024,*,1,
`;

describe("the reader of procedure-to-procedure edits", () => {
  it("reads tabs", () => {
    const rows = [...readPtp(TABS)];
    expect(rows).toHaveLength(4);
    expect(rows[0]).toEqual({
      first: "11055",
      second: "11720",
      from: 20040101,
      to: null,
      indicator: 1,
      rationale: "Misuse of column two code with column one code",
    });
    expect(rows[2]).toEqual({ first: "10060", second: "10160", from: 20000101, to: 20051231, indicator: 1 });
  });
  it("reads CSV with quoted line ends in the headings", () => {
    expect([...readPtp(COMMAS)].map((r) => [r.first, r.second, r.from, r.rationale])).toEqual([
      ["11055", "11720", 20040101, 'Misuse of "column two", with column one'],
      ["0001U", "0013U", 20240701, undefined],
    ]);
  });
  it.each([
    ["a short code", `${TABS}1105\t11720\t\t20040101\t*\t1`, /line 8.*two codes/],
    ["no date", `${TABS}11055\t11720\t\tsoon\t*\t1`, /line 8.*effective date/],
    ["a deletion that is no date", `${TABS}11055\t11720\t\t20040101\tno\t1`, /line 8.*deletion date/],
    ["another indicator", `${TABS}11055\t11720\t\t20040101\t*\t7`, /line 8.*0, 1 or 9/],
    ["no rows", NOTICE, /line 1.*rows of column 1/],
  ])("tells of %s by its line", (_what, text, message) => {
    expect(() => [...readPtp(text)]).toThrow(message);
  });
});

describe("the table of pairs", () => {
  const table = pairTable(readPtp(TABS));
  it.each([
    ["in force", "11055", "11720", "2026-01-01", true],
    ["never allowed", "45385", "45378", "2026-01-01", false],
    ["before it began", "11055", "11720", "2003-12-31", null],
    ["on its last day", "10060", "10160", "2005-12-31", true],
    ["after it was deleted", "10060", "10160", "2006-01-01", null],
    ["the other way round", "11720", "11055", "2026-01-01", null],
    ["that never held", "10060", "11719", "2000-01-01", null],
    ["that is unknown", "99213", "11055", "2026-01-01", null],
  ])("finds a pair %s", (_what, first, second, day, allowed) => {
    expect(table.find(first, second, day)?.allowed ?? null).toBe(allowed);
  });
});

describe("the reader of medically unlikely edits", () => {
  const CSV = `"${NOTICE}",,,
"HCPCS/CPT Code","Practitioner Services MUE Values","MUE Adjudication Indicator","MUE Rationale"
"17000","1","2 Date of Service Edit: Policy","Code Descriptor / CPT Instruction"
"A0425","250","1 Line Edit","Clinical: Data"
`;
  it("reads the value and what it limits", () => {
    expect([...readMue(CSV)]).toEqual([
      { code: "17000", most: 1, indicator: 2, rationale: "Code Descriptor / CPT Instruction" },
      { code: "A0425", most: 250, indicator: 1, rationale: "Clinical: Data" },
    ]);
  });
  it.each([
    ["a value that is no number", `${CSV}17003,many,2 Date of Service Edit,\n`, /line 5.*whole number/],
    ["another indicator", `${CSV}17003,13,4,\n`, /line 5.*1, 2 or 3/],
    ["a row without a code", `${CSV}Total,13,2,\n`, /line 5.*code of five/],
  ])("tells of %s by its line", (_what, text, message) => {
    expect(() => [...readMue(text)]).toThrow(message);
  });
});

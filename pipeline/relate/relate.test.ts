import { describe, expect, it } from "vitest";
import { codesFor } from "../../fixtures/codes-for.js";

describe("several places said once", () => {
  it.each<[string, string[]]>([
    ["Fractures of the left radius and ulna.", ["S52.202A", "S52.92XA"]],
    ["Left radius and ulna fractures.", ["S52.202A", "S52.92XA"]],
    ["Fracture of the left radius and ulna.", ["S52.202A", "S52.92XA"]],
    ["Lacerations of the chin and lip.", ["S01.511A", "S01.81XA"]],
    ["Chin and lip lacerations.", ["S01.511A", "S01.81XA"]],
    ["Metastatic disease to the bone and bladder.", ["C79.11", "C79.51"]],
    ["Right second and third metatarsal fractures.", ["S92.321A", "S92.331A"]],
    ["Fractures of the right second and third metatarsals.", ["S92.321A", "S92.331A"]],
    ["Abrasions of the left knee and right elbow.", ["S50.311A", "S80.212A"]],
    ["Contusions of the right hand and left foot.", ["S60.221A", "S90.32XA"]],
    ["Left angle and right body mandible fractures.", ["S02.601A", "S02.652A"]],
    ["Laceration of left index and middle fingers.", ["S61.211A", "S61.213A"]],
    ["Lacerations of the right ring and little fingers.", ["S61.214A", "S61.216A"]],
    ["Osteoarthritis of the knees and hips.", ["M16.9", "M17.9"]],
    ["Neck and back pain.", ["M54.2", "M54.9"]],
    ["Knee and ankle pain.", ["M25.569", "M25.579"]],
    ["Right knee and left ankle sprain.", ["S83.91XA", "S93.402A"]],
    ["Burns of the right hand and face.", ["T20.00XA", "T23.001A"]],
    ["Medial and lateral malleolus fractures.", ["S82.53XA", "S82.63XA"]],
    ["Sprain of right wrist and left ankle.", ["S63.501A", "S93.402A"]],
    ["Strain of neck and low back.", ["S16.1XXA", "S39.012A"]],
    ["Cellulitis of left leg and right foot.", ["L03.115", "L03.116"]],
    ["Right distal radius and ulna fractures.", ["S52.501A", "S52.601A"]],
    ["Left fourth and fifth metacarpal fractures.", ["S62.305A", "S62.307A"]],
    ["Nausea and right knee pain.", ["M25.561", "R11.0"]],
    ["Right shoulder and elbow contusions.", ["S40.011A", "S50.01XA"]],
    ["Carcinoma of the right breast and left lung.", ["C34.92", "C50.911"]],
    ["Right hip and thigh pain.", ["M25.551", "M79.651"]],
    ["Upper and lower lip lacerations.", ["S01.511A"]],
    ["Denies knee and ankle pain.", []],
    ["No fracture of the radius or ulna.", []],
    ["Denies neck and back pain.", []],
  ])("%s", (words, codes) => {
    expect(codesFor(words)).toEqual(codes);
  });
});

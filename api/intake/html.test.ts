import { expect, it } from "vitest";
import { readHtml } from "./html.js";

it.each<[string, string, string]>([
  [
    "paragraphs have a blank line between, blocks a break",
    "<p>a</p><p>b</p><div>c</div><div>d</div>",
    "a\n\nb\n\nc\nd",
  ],
  ["breaks", "a<br>b<br><br>c<br><br><br>d", "a\nb\n\nc\n\nd"],
  ["white space is one space", "  a\n\t b<b> c</b> <i>d</i>", "a b c d"],
  ["hard spaces stay apart", "BP&nbsp;&nbsp;120&#160;/&#xA0;80", "BP  120 / 80"],
  ["entities, once", "&lt;90 &amp;lt; &eacute; &micro;g &bogus;", "<90 &lt; \u00e9 \u00b5g &bogus;"],
  ["marks without width", "hyper&shy;tension\u200b and &zwj;DM", "hypertension and DM"],
  ["headings stand above what they head", "<div>x</div><h2>PLAN</h2><div>y</div>", "x\n\nPLAN\ny"],
  ["headings within words", "x<h3>PLAN</h3>y", "x\n\nPLAN\ny"],
  ["numbers of items", '<ol start="3"><li>a<li>b<li value=9>c</ol>', "3. a\n4. b\n9. c"],
  ["lists in lists", "<ul><li>a<ol><li>b</li></ol></li><li>c</li></ul>", "- a\n  1. b\n- c"],
  ["paragraphs in items", "<ol><li><p>a</p><p>b</p></li><li><div>c</div></li></ol>", "1. a\nb\n2. c"],
  ["empty items", "<ul><li></li><li>a</li></ul><p>b</p>", "-\n- a\n\nb"],
  [
    "rows",
    "<table><tr><th>K<td>4.1<td><p>high</p></tr><tr> <td>Na</td> <td>140</td></tr></table>",
    "K\t4.1\thigh\nNa\t140",
  ],
  [
    "cells of several lines",
    "<table><tr><td>a<br>b</td><td>c</td></tr><tr><td><div>d</div><div>e</div></td><td>f</td></tr></table>",
    "a\nb\tc\nd\ne\nf",
  ],
  ["tables in tables", "<table><tr><td><table><tr><td>a<td>b</table><td>c</table>d", "a\tb\nc\nd"],
  [
    "lines as written",
    "<pre>a  b\n\nc &lt;\n  d</pre><div style='white-space: pre-wrap'>e\nf</div>",
    "a  b\n\nc <\n  d\n\ne\nf",
  ],
  [
    "forms",
    "<input type=checkbox checked>Fever <input type=radio>Cough<input type=hidden value=q><input value='7'><select><option>no<option selected>yes</select>",
    "[x] Fever [ ] Cough 7 yes",
  ],
  [
    "scripts and styles",
    "a<script>b</script><style>c</style><template>d</template><noscript>e</noscript><!-- f --><title>g</title>h",
    "ah",
  ],
  ["a head without an end", "<html><head><title>t</title><body>a", "a"],
  [
    "hidden elements and all in them",
    "a<div hidden>b<p>c</p></div><p style='color:red; DISPLAY:none !important'>d</p><i style='visibility:hidden'>e</i>f",
    "af",
  ],
  ["what looks like a hiding style", "<p style='display:nonexistent'>a</p><p title='display:none'>b</p>", "a\n\nb"],
  ["ends without a beginning", "a</div></td></tr></table></li>b", "ab"],
  ["nothing", "<html><body><p> </p></body></html>", ""],
  ["control characters", "a\u0000b\u0007c&#8;d", "abcd"],
])("%s", (_name, html, text) => {
  expect(readHtml(html)).toEqual({ text, warnings: [] });
});

it.each<[string, string, string]>([
  ["withdrawn words", "No <del>asthma</del> <s>COPD</s>edema", "No edema"],
  ["withdrawn by style", "a<span style='text-decoration: underline line-through'>b</span>c", "ac"],
])("%s are left out with a warning", (_name, html, text) => {
  const got = readHtml(html);
  expect(got.text).toBe(text);
  expect(got.warnings.map((w) => w.code)).toEqual(["note.struck-out"]);
});

#!/usr/bin/env python3
"""Builds the embedded ICD-10-CM FY2026 code set. For development only: the program reads its output, never this.

    python3 rules/codesets/import-icd10cm.py WHEEL [--check ORDER]

WHEEL   the wheel of the Python package simple-icd-10-cm 1.5.0 (get it with: pip download --no-deps simple-icd-10-cm==1.5.0).
        Only two data files in it are read, the Tabular List (XML) and the list of codes of the April 2026 update of
        FY2026; none of the package's code is used or run.
ORDER   the official order file of FY2026 (icd10cm-order-2026.txt, or the code-descriptions zip that holds it). Every code
        is compared with it: existence, order, billable flag, title. Without it the provenance says "checked": null.

Writes, beside itself: icd-10-cm-fy2026.ndjson.gz (format: README.md) and icd-10-cm-fy2026.provenance.json.
Reads, beside itself: icd-10-cm-fy2026.delta.json, the corrections made by hand, each with its reason.
Python's standard library only. The same input gives the same bytes (with the same zlib).
"""
import argparse, collections, gzip, hashlib, io, json, os, re, sys, unicodedata, zipfile
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
NAME = "icd-10-cm-fy2026"
RELEASE, FROM, TO = "FY2026", "2025-10-01", "2026-09-30"
XML = "simple_icd_10_cm/data/icd10c-tabular-April-1-2026.xml"
LIST = "simple_icd_10_cm/data/code-list-April-2026.txt"

# element of the Tabular List -> key in our lines; the order is the order of the keys
NOTES = {"inclusionTerm": "n", "includes": "i", "excludes1": "x1", "excludes2": "x2", "codeFirst": "cf",
         "useAdditionalCode": "ua", "codeAlso": "ca", "notes": "nt"}
# read in another way, or left out on purpose: 7th character sentences, the index of sections, the table under H54
OTHER = {"name", "desc", "diag", "section", "sectionIndex", "sevenChrNote", "sevenChrDef", "visualImpairment"}


def clean(text):
    return re.sub(r"\s+", " ", text or "").strip()


def ascii_title(text):
    """Official order files are ASCII: Meniere, where the Tabular List has an accent."""
    folded = "".join(c for c in unicodedata.normalize("NFKD", clean(text)) if not unicodedata.combining(c))
    folded.encode("ascii")  # raises when a character is left that we do not know how to fold
    return folded


def dotted(code):
    return code if len(code) <= 3 else code[:3] + "." + code[3:]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def fail(*why):
    sys.exit("import-icd10cm: " + " ".join(str(w) for w in why))


def notes_of(element):
    found = collections.defaultdict(list)
    for child in element:
        if child.tag in NOTES:
            found[NOTES[child.tag]] += [clean(n.text) for n in child.findall("note")]
        elif child.tag not in OTHER:
            fail("unknown element", child.tag, "in", element.findtext("name") or element.get("id"))
    return {key: found[key] for key in NOTES.values() if found[key]}


def seventh_of(element):
    """7th characters, and the terms printed under some of them."""
    chars, terms, last = {}, {}, None
    for child in element.findall("sevenChrDef/*"):
        if child.tag == "extension":
            last = child.get("char")
            chars[last] = clean(child.text)
        elif child.tag == "note":
            terms.setdefault(last, []).append(clean(child.text))
        else:
            fail("unknown element", child.tag, "under sevenChrDef")
    return chars, terms


def read_tabular(root):
    """-> (chapters and sections in order, codes of the XML by code)"""
    heads, codes = [], {}

    def diag(element, parent):
        code = element.findtext("name").strip()
        if code in codes:
            fail("twice in the XML:", code)
        chars, terms = seventh_of(element)
        codes[code] = {"t": ascii_title(element.findtext("desc")), "p": parent, "notes": notes_of(element), "s7": chars, "s7n": terms}
        for child in element.findall("diag"):
            diag(child, code)

    for chapter in root.findall("chapter"):
        title, first, last = re.fullmatch(r"(.+) \((\w+)-(\w+)\)", clean(chapter.findtext("desc"))).groups()
        number = chapter.findtext("name").strip()
        heads.append({"kind": "chapter", "id": number, "title": ascii_title(title), "first": first, "last": last, "notes": notes_of(chapter)})
        outer = []  # sections without codes of their own stand before those that they hold
        for section in chapter.findall("section"):
            first, _, last = section.get("id").partition("-")
            last = last or first  # a section of one category carries the category's own name: B99 -> B99-B99
            ident = first + "-" + last
            while outer and not (outer[-1][0] <= first and last <= outer[-1][1]):
                outer.pop()
            parent = outer[-1][2] if outer else number
            title = re.fullmatch(r"(.+) \([\w-]+\)", clean(section.findtext("desc"))).group(1)
            heads.append({"kind": "section", "id": ident, "title": ascii_title(title), "first": first, "last": last, "p": parent, "notes": notes_of(section)})
            children = section.findall("diag")
            if not children:
                outer.append((first, last, ident))
            for child in children:
                diag(child, ident)
    return heads, codes


def build(root, listed, delta):
    heads, known = read_tabular(root)
    ids = {h["id"] for h in heads}
    # the list names chapters, sections and codes; a section of one category gives its category twice
    order = [dotted(c) for c in dict.fromkeys(x.strip() for x in listed) if c and not c.isdigit() and "-" not in c]
    exists = set(order)
    for code in known:
        if code not in exists:
            fail("in the XML, not in the list:", code)

    for change in delta["changes"]:
        entry = known[change["code"]]
        if change.get("dropS7n") and not entry["s7n"].pop(change["dropS7n"], None):
            fail("delta has nothing to drop at", change["code"])
        for key, more in change.get("add", {}).items():
            entry["notes"].setdefault(key, []).extend(more)

    parents = {}
    for code in order:
        up = code
        while up not in exists or up == code:
            up = up[:-1].rstrip(".")
            if not up:
                break
        parents[code] = up or known[code]["p"]
        if code in known and known[code]["p"] != parents[code]:
            fail("parent of", code, "is", known[code]["p"], "in the XML and", parents[code], "by its characters")
        if not up and known[code]["p"] not in ids:
            fail("no section for", code)
    headers = set(parents.values())

    def seventh(code):
        while code in parents:
            if code in known and known[code]["s7"]:
                return known[code]["s7"]
            code = parents[code]
        return {}

    expanded = set()  # what the XML alone says must exist: the list is checked by it
    inner = {entry["p"] for entry in known.values()}
    for code in known:
        chars = seventh(code)
        if chars and code not in inner:
            stem = code.replace(".", "").ljust(6, "X")
            expanded |= {dotted(stem + c) for c in chars}
    by_list = exists - set(known)

    lines = []
    for code in order:
        entry = known.get(code)
        if entry:
            title, more = entry["t"], dict(entry["notes"])
            if entry["s7"]:
                more["s7"] = entry["s7"]
            if entry["s7n"]:
                more["s7n"] = entry["s7n"]
        else:
            meaning = seventh(parents[code]).get(code[-1])
            if len(code) != 8 or not meaning:
                fail("no title for", code)
            title, more = known[parents[code]]["t"] + ", " + ascii_title(meaning), {}
        lines.append({"c": code, "t": title, "b": 0 if code in headers else 1, "p": parents[code], **more})
    return heads, lines, {"onlyInList": len(by_list - expanded), "onlyByExpansion": len(expanded - by_list)}


def check(path, lines):
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as z:
            name = next(n for n in z.namelist() if re.search(r"icd10cm[-_]order[-_]\d{4}\.txt$", n))
            data = z.read(name)
    else:
        name = os.path.basename(path)
        data = open(path, "rb").read()
    official = {}
    for row in data.decode("utf-8").splitlines():
        if row.strip():
            official[dotted(row[6:14].strip())] = (int(row[14]), row[77:].strip())
    ours = {x["c"]: (x["b"], x["t"]) for x in lines}
    both = [c for c in ours if c in official]
    return {"against": os.path.basename(name), "sha256": sha256(data), "codes": len(official), "differences": {
        "missing": len(official.keys() - ours.keys()), "extra": len(ours.keys() - official.keys()),
        "billable": sum(ours[c][0] != official[c][0] for c in both),
        "title": sum(ours[c][1] != official[c][1] for c in both),
        "order": 0 if list(official) == list(ours) else sum(a != b for a, b in zip(official, ours))}}


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    args.add_argument("wheel")
    args.add_argument("--check", metavar="ORDER")
    args = args.parse_args()

    wheel = open(args.wheel, "rb").read()
    with zipfile.ZipFile(io.BytesIO(wheel)) as z:
        xml, listed = z.read(XML), z.read(LIST)
        meta = dict(re.findall(r"^(Name|Version): (\S+)", z.read(next(n for n in z.namelist() if n.endswith("/METADATA"))).decode(), re.M))
    delta_bytes = open(os.path.join(HERE, NAME + ".delta.json"), "rb").read()
    delta = json.loads(delta_bytes)
    root = ET.fromstring(xml)
    heads, lines, expansion = build(root, listed.decode().splitlines(), delta)

    text = "".join(json.dumps({k: v for k, v in line.items() if v != {}}, ensure_ascii=False, separators=(",", ":")) + "\n"
                   for line in heads + lines).encode()
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=packed, mtime=0) as out:
        out.write(text)
    packed = packed.getvalue()

    # every note of the Tabular List must have come through
    every = collections.Counter()
    for line in heads + lines:
        for key in NOTES.values():
            every[key] += len(line.get("notes", line).get(key, []))
    for change in delta["changes"]:
        for key, more in change.get("add", {}).items():
            every[key] -= len(more)
    for tag, key in NOTES.items():
        there = sum(len(e.findall("note")) for e in root.iter(tag))
        if there != every[key]:
            fail("notes lost:", tag, there, "in the XML,", every[key], "written")

    provenance = {
        "release": RELEASE, "effective": {"from": FROM, "to": TO},
        "about": "ICD-10-CM FY2026, with the Tabular List as updated on April 1, 2026. That update adds and deletes no code, "
                 "so no line carries dates of its own; notes are those of the update.",
        "source": {"package": meta["Name"], "version": meta["Version"], "wheel": os.path.basename(args.wheel), "sha256": sha256(wheel),
                   "files": [{"path": XML, "sha256": sha256(xml), "bytes": len(xml)}, {"path": LIST, "sha256": sha256(listed), "bytes": len(listed)}],
                   "delta": {"path": NAME + ".delta.json", "sha256": sha256(delta_bytes), "changes": len(delta["changes"])}},
        "licence": "ICD-10-CM is issued by the National Center for Health Statistics (CDC) and the Centers for Medicare & Medicaid "
                   "Services; as a work of the United States government it is in the public domain in the United States. It is a "
                   "clinical modification of ICD-10, made by permission of the World Health Organization, which holds the rights in "
                   "ICD-10. The package that carries the files is under the MIT licence (Copyright (c) 2021-2026 Stefano Travasci); "
                   "none of its code is used.",
        "output": {"path": NAME + ".ndjson.gz", "sha256": sha256(packed), "bytes": len(packed), "unpackedSha256": sha256(text), "unpackedBytes": len(text)},
        "counts": {"chapters": sum(h["kind"] == "chapter" for h in heads), "sections": sum(h["kind"] == "section" for h in heads),
                   "codes": len(lines), "billable": sum(x["b"] for x in lines), "headers": sum(not x["b"] for x in lines),
                   "sevenCharacterDefinitions": sum("s7" in x for x in lines),
                   "notes": {key: sum(len(l.get("notes", l).get(key, [])) for l in heads + lines) for key in NOTES.values()}},
        "expansion": {"about": "the listed codes that the XML does not spell out, against all 7th characters that it allows", **expansion},
        "checked": check(args.check, lines) if args.check else None,
    }
    with open(os.path.join(HERE, NAME + ".ndjson.gz"), "wb") as out:
        out.write(packed)
    with open(os.path.join(HERE, NAME + ".provenance.json"), "w") as out:
        out.write(json.dumps(provenance, indent=2, ensure_ascii=False) + "\n")
    print(json.dumps({k: provenance[k] for k in ("output", "counts", "expansion", "checked")}, indent=1))


if __name__ == "__main__":
    main()

"""Trains the term encoder and writes model.onnx, nearest.onnx and the figures of manifest.json.

    python3 -m venv v && v/bin/pip install -r requirements.txt
    v/bin/python train.py ../../../shared        (about five minutes on two cores)

A text is a bag of hashed features: its words, the runs of three to five letters of each word, and pairs of
neighbouring words. Its vector is the sum of one row a feature, brought to length one. Rows are learned so that what
people call a disease lies near the title of its code. Everything that runs later is whole numbers but for one square
root and one division, so that all machines agree on every bit.
"""
import glob, gzip, hashlib, json, os, re, sys, time, unicodedata
import numpy as np, jax, jax.numpy as jnp, optax, onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
RULES = os.path.join(HERE, "../../rules")
SHARED = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "../../../shared")
OUT = sys.argv[2] if len(sys.argv) > 2 else HERE
# Entries of the Index that are held out: every so manieth, from so manieth on.
EVERY, FROM = (int(x) for x in os.environ.get("HOLD", "20,7").split(","))
SEED, BUCKETS, DIM, EPOCHS, BATCH, LONGEST = 7, 1 << 16, 64, 8, 1024, 96
PARENT, NAMES = 0.3, 0.3
SLIPS = 0.15
STOP = {"of", "the", "a", "an", "and", "or", "in", "to", "by", "for", "on", "at", "from"}
rng = np.random.default_rng(SEED)


def words_of(text):
    text = unicodedata.normalize("NFD", text)
    text = "".join(c for c in text if not unicodedata.category(c).startswith("M")).lower()
    return [w for w in re.findall(r"[a-z0-9]+", text) if w not in STOP]


def fnv(text):
    x = 0x811C9DC5
    for c in text.encode():
        x = ((x ^ c) * 0x01000193) & 0xFFFFFFFF
    return x % BUCKETS


known = {}


def features_of_word(word):
    if word not in known:
        found = [fnv("=" + word)]
        if not word.isdigit():
            framed = f"<{word}>"
            found += [fnv(framed[i : i + n]) for n in (3, 4, 5) for i in range(len(framed) - n + 1)]
        known[word] = found
    return known[word]


def features(text):
    words = words_of(text)
    found = [f for w in words for f in features_of_word(w)]
    found += [fnv(f"{a} {b}") for a, b in zip(words, words[1:])]
    return found[:LONGEST]


def slip(text):
    """One letter lost, doubled, changed or swapped in one longer word: how notes are misspelt."""
    words = text.split(" ")
    long = [i for i, w in enumerate(words) if len(w) >= 5]
    if not long:
        return text
    i = long[rng.integers(len(long))]
    w, at = words[i], int(rng.integers(1, len(words[i]) - 1))
    kind = rng.integers(4)
    letter = "abcdefghilmnoprstuy"[rng.integers(19)]
    words[i] = [w[:at] + w[at + 1 :], w[:at] + w[at] + w[at:], w[:at] + letter + w[at + 1 :], w[: at - 1] + w[at] + w[at - 1] + w[at + 1 :]][kind]
    return " ".join(words)


def pack(texts):
    rows = np.full((len(texts), LONGEST), BUCKETS, np.int32)
    for i, text in enumerate(texts):
        f = features(text)
        rows[i, : len(f)] = f
    return rows


def table(name):
    return gzip.open(os.path.join(SHARED, "codesets", name), "rt", encoding="utf8")


# --- what is learned from -----------------------------------------------------------------------------------------
codes = [line.rstrip("\n").split("\t") for line in table("icd10cm.tsv.gz")][1:]
base = [(c[0], c[3]) for c in codes if len(c[0]) < 8]  # 7th characters are chosen by the search, not by meaning
position = {code: i for i, (code, _) in enumerate(base)}


def target(code):
    code = code.rstrip("-").rstrip(".")
    if len(code) >= 8:
        code = code[:7].rstrip("X").rstrip(".")
    while code and code not in position:
        code = code[:-1].rstrip(".")
    return position.get(code, -1)


parent = np.zeros(len(base), np.int64)
for i, (code, _) in enumerate(base):
    up = code[:-1].rstrip(".")
    while len(up) > 3 and up not in position:
        up = up[:-1].rstrip(".")
    parent[i] = position.get(up, i)

pairs = []  # text, position, source


def pair(text, code, source):
    t = target(code)
    if t >= 0:
        pairs.append((text, t, source))


index = [json.loads(line) for line in table("icd10cm-index-dev.ndjson.gz")]
held = [(r["query"], r["code"]) for i, r in enumerate(index) if i % EVERY == FROM]
for i, r in enumerate(index):
    if i % EVERY != FROM:
        pair(r["query"], r["code"], "index")
synonyms = [line.rstrip("\n").split("\t") for line in table("doid-synonyms.tsv.gz")][1:]
held_synonyms = [tuple(r) for i, r in enumerate(synonyms) if i % 10 == 3]
for i, r in enumerate(synonyms):
    if i % 10 != 3:
        pair(r[0], r[1], "doid")
for path in sorted(glob.glob(os.path.join(RULES, "lexicon/conditions/*.json"))):
    for entry in json.load(open(path))["entries"]:
        code = entry.get("default") or entry.get("code")
        code = code[0] if isinstance(code, list) else code
        for term in entry["terms"] if code else []:
            pair(term, code, "lexicon")
for line in table("icd10cm-tabular.jsonl.gz"):
    row = json.loads(line)
    for term in row["inclusionTerms"]:
        pair(term, row["code"], "inclusion")
for code, title in base:
    pair(title, code, "title")

plain = pack([p[0] for p in pairs])
titles = pack([t for _, t in base])
targets = np.array([p[1] for p in pairs])
print({s: sum(p[2] == s for p in pairs) for s in ("index", "doid", "lexicon", "inclusion", "title")}, flush=True)

# --- the model ----------------------------------------------------------------------------------------------------
rows = rng.normal(0, 0.1, (BUCKETS + 1, DIM)).astype(np.float32)
# Rows that no text of the training ever asks for say nothing: noise would bring any string near to something.
seen = np.zeros(BUCKETS + 1, bool)
seen[plain] = seen[titles] = True
rows[~seen] = 0
rows[BUCKETS] = 0
params = {"rows": jnp.asarray(rows), "scale": jnp.asarray(3.0)}
unit = lambda x: x / jnp.sqrt((x * x).sum(-1, keepdims=True) + 1e-6)


def encode(p, ids):
    return unit((p["rows"][ids] * (ids < BUCKETS)[..., None]).sum(1))


def loss(p, asked, title, above, t):
    a = encode(p, asked)
    b = unit(encode(p, title) + PARENT * encode(p, above))
    s = (a @ b.T) * jnp.exp(p["scale"])
    s = jnp.where((t[:, None] == t[None, :]) & ~jnp.eye(len(t), dtype=bool), -1e9, s)
    right = jnp.diagonal(s)
    return (0.7 * (jax.nn.logsumexp(s, 1) - right) + 0.3 * (jax.nn.logsumexp(s, 0) - right)).mean()


optimiser = optax.adam(optax.cosine_decay_schedule(3e-3, EPOCHS * (len(pairs) // BATCH), 0.05))


@jax.jit
def step(p, state, asked, title, above, t):
    value, grads = jax.value_and_grad(loss)(p, asked, title, above, t)
    updates, state = optimiser.update(grads, state)
    return optax.apply_updates(p, updates), state, value


def all_vectors(p, ids):
    return np.concatenate([np.asarray(encode(p, ids[i : i + 4096])) for i in range(0, len(ids), 4096)])


names = [i for i, p in enumerate(pairs) if p[2] in ("lexicon", "inclusion")]


def code_vectors(p, whole=lambda x: x):
    """Title, the title above it, and the mean of its known names: as rules/compile does."""
    own = whole(all_vectors(p, titles))
    said = np.zeros((len(base), DIM))
    count = np.zeros(len(base))
    np.add.at(said, targets[names], whole(all_vectors(p, plain[names])))
    np.add.at(count, targets[names], 1)
    v = own + PARENT * own[parent] + NAMES * said / np.maximum(count, 1)[:, None]
    return whole(v / np.linalg.norm(v, axis=1, keepdims=True))


def recall(p, items, vectors, whole=lambda x: x):
    asked = whole(all_vectors(p, pack([t for t, _ in items])))
    hits = {1: 0, 10: 0, 50: 0}
    for at in range(0, len(items), 512):
        scores = asked[at : at + 512] @ vectors.T
        for s, (_, code) in zip(scores, items[at : at + 512]):
            wanted = code.rstrip("-").rstrip(".")[:7]
            best = np.argsort(-s)[:50]
            rank = next((n for n, b in enumerate(best) if base[b][0].startswith(wanted)), 999)
            for k in hits:
                hits[k] += rank < k
    return {f"recall_at_{k}": round(n / len(items), 3) for k, n in hits.items()}


state = optimiser.init(params)
began = time.time()
for epoch in range(EPOCHS):
    asked = plain.copy()
    slipped = np.flatnonzero(rng.random(len(pairs)) < SLIPS) if epoch else []
    if len(slipped):
        asked[slipped] = pack([slip(pairs[i][0]) for i in slipped])
    if epoch == 0:
        order = rng.permutation(len(pairs))
    else:
        # Neighbours in the code set in one batch, since those are what must be told apart.
        near = np.argsort(targets + rng.integers(-400, 400, len(pairs)))
        blocks = near[: len(near) // 128 * 128].reshape(-1, 128)
        order = blocks[rng.permutation(len(blocks))].reshape(-1)
    total = []
    for at in range(0, len(order) - BATCH + 1, BATCH):
        i = order[at : at + BATCH]
        t = targets[i]
        params, state, value = step(params, state, asked[i], titles[t], titles[parent[t]], t)
        total.append(float(value))
    print(epoch, round(float(np.mean(total)), 3), round(time.time() - began), "s", flush=True)

# --- whole numbers ------------------------------------------------------------------------------------------------
rows = np.asarray(params["rows"])
step_size = np.percentile(np.abs(rows[:BUCKETS]), 99.95) / 127
small = np.clip(np.round(rows / step_size), -127, 127).astype(np.int8)
small[BUCKETS] = 0
params = {"rows": jnp.asarray(small.astype(np.float32))}
SEVEN_BITS = 63
whole = lambda x: np.round(x * SEVEN_BITS) / SEVEN_BITS
vectors = code_vectors(params, whole)
figures = {"index_held_out": recall(params, held, vectors, whole), "doid_held_out": recall(params, held_synonyms, vectors, whole)}
print(figures, flush=True)

# --- ONNX ---------------------------------------------------------------------------------------------------------
I8, I32, I64, F32, F64 = TensorProto.INT8, TensorProto.INT32, TensorProto.INT64, TensorProto.FLOAT, TensorProto.DOUBLE
const = lambda name, array: numpy_helper.from_array(array, name)
node = helper.make_node
encoder = helper.make_graph(
    [
        node("Gather", ["rows", "features"], ["gathered"], axis=0),
        node("Cast", ["gathered"], ["wide"], to=I32),
        node("ReduceSum", ["wide", "axis1"], ["sum"], keepdims=0),
        node("Cast", ["sum"], ["exact"], to=F64),
        node("Mul", ["exact", "exact"], ["squares"]),
        node("ReduceSum", ["squares", "axis1"], ["square"], keepdims=1),
        node("Max", ["square", "one"], ["positive"]),
        node("Sqrt", ["positive"], ["length"]),
        node("Div", ["exact", "length"], ["direction"]),
        node("Mul", ["direction", "seven_bits"], ["scaled"]),
        node("Round", ["scaled"], ["rounded"]),
        node("Cast", ["rounded"], ["vector"], to=I8),
    ],
    "term-encoder",
    [helper.make_tensor_value_info("features", I32, ["texts", "features"])],
    [helper.make_tensor_value_info("vector", I8, ["texts", DIM])],
    [const("rows", small), const("axis1", np.array([1], np.int64)), const("one", np.array(1.0)), const("seven_bits", np.array(float(SEVEN_BITS)))],
)
nearest = helper.make_graph(
    [
        node("Cast", ["vector"], ["direction"], to=F32),
        # Sums of products of seven-bit numbers stay below 2 to the 24: floats are exact here, in any order, and fast.
        node("MatMul", ["direction", "codes"], ["scores"]),
        node("TopK", ["scores", "most"], ["best", "positions"], axis=1, largest=1, sorted=1),
    ],
    "nearest",
    [helper.make_tensor_value_info("vector", I8, ["texts", DIM]), helper.make_tensor_value_info("codes", F32, [DIM, "codes"]), helper.make_tensor_value_info("most", I64, [1])],
    [helper.make_tensor_value_info("best", F32, ["texts", "most"]), helper.make_tensor_value_info("positions", I64, ["texts", "most"])],
    [],
)
hashes = {}
for name, graph in (("model.onnx", encoder), ("nearest.onnx", nearest)):
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="citecode")
    onnx.checker.check_model(model)
    data = model.SerializeToString(deterministic=True)
    open(os.path.join(OUT, name), "wb").write(data)
    hashes[name] = hashlib.sha256(data).hexdigest()
print(json.dumps({"hashes": hashes, "figures": figures, "pairs": len(pairs)}))

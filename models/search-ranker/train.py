"""Trains the search ranker on the lines of dump.ts and writes model.onnx; prints held-out figures and the linear weights.

    v/bin/python train.py dump.ndjson

A small net over the features of one candidate (pipeline/search/features.ts), trained so that the right candidates of a
query outweigh its wrong ones. A fifth of the queries is held out for the figures; the shipped net learns from all of them.
"""
import hashlib, json, os, sys
import numpy as np, jax, jax.numpy as jnp, optax, onnx
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
MOST, HIDDEN, EPOCHS, BATCH = 240, 32, 30, 128
rng = np.random.default_rng(1)
rows = [json.loads(line) for line in open(sys.argv[1])]
rows = [r for r in rows if r["features"]]
width = len(rows[0]["features"][0])
x = np.zeros((len(rows), MOST, width), np.float32)
y = np.zeros((len(rows), MOST), np.float32)
real = np.zeros((len(rows), MOST), bool)
for i, r in enumerate(rows):
    n = min(MOST, len(r["features"]))
    x[i, :n], y[i, :n], real[i, :n] = r["features"][:n], r["right"][:n], True
source = np.array([r["from"] for r in rows])
weight = np.where(source == "own", 5.0, 1.0).astype(np.float32)
held = (rng.permutation(len(rows)) % 5 == 0) & (source != "own")
findable = y.sum(1) > 0
mean, spread = x[real].mean(0), x[real].std(0) + 1e-3


def net(p, x):
    z = (x - mean) / spread
    return (jnp.tanh(z @ p["a"] + p["b"]) @ p["c"])[..., 0] + z @ p["w"]


def linear(p, x):
    return x @ p["w"]


def train(score, params, rate, which):
    ids = np.flatnonzero(which & findable)
    optimiser = optax.adam(optax.cosine_decay_schedule(rate, EPOCHS * (len(ids) // BATCH)))

    def loss(p, x, y, real, weight):
        s = jnp.where(real, score(p, x), -1e9)
        gap = jax.nn.logsumexp(s, 1) - jax.nn.logsumexp(jnp.where(y > 0, s, -1e9), 1)
        return (gap * weight).sum() / weight.sum() + 1e-4 * sum((v * v).sum() for v in jax.tree.leaves(p))

    @jax.jit
    def step(p, state, *data):
        value, grads = jax.value_and_grad(loss)(p, *data)
        updates, state = optimiser.update(grads, state)
        return optax.apply_updates(p, updates), state

    state = optimiser.init(params)
    for _ in range(EPOCHS):
        order = rng.permutation(ids)
        for at in range(0, len(order) - BATCH + 1, BATCH):
            i = order[at : at + BATCH]
            params, state = step(params, state, x[i], y[i], real[i], weight[i])
    return params


def figures(score):
    found = {}
    for s in ("index", "doid"):
        m = held & (source == s)
        best = np.argsort(-np.where(real[m], np.asarray(score(x[m])), -1e9), 1)[:, :10]
        right = np.take_along_axis(y[m], best, 1)
        found[s] = {"recall_at_1": round(float(right[:, 0].mean()), 3), "recall_at_10": round(float(right.max(1).mean()), 3)}
    return found


start = lambda: {
    "a": jnp.asarray(rng.normal(0, 0.2, (width, HIDDEN)).astype(np.float32)),
    "b": jnp.zeros(HIDDEN),
    "c": jnp.asarray(rng.normal(0, 0.1, (HIDDEN, 1)).astype(np.float32)),
    "w": jnp.zeros(width),
}
tested = train(net, start(), 0.01, ~held)
straight = train(linear, {"w": jnp.zeros(width)}, 0.05, ~held)
print("net", figures(lambda v: net(tested, v)), "linear", figures(lambda v: linear(straight, v)))
no_near = x[..., -2:].copy()
x[..., -2:] = 0
alone = train(linear, {"w": jnp.zeros(width)}, 0.05, ~held)
print("linear without the encoder", figures(lambda v: linear(alone, v)), [round(float(v), 2) for v in alone["w"]])
x[..., -2:] = no_near
p = {k: np.asarray(v, np.float32) for k, v in train(net, start(), 0.01, np.ones(len(rows), bool)).items()}

const = lambda name, array: numpy_helper.from_array(np.asarray(array, np.float32), name)
graph = helper.make_graph(
    [
        helper.make_node("Sub", ["features", "mean"], ["centred"]),
        helper.make_node("Div", ["centred", "spread"], ["z"]),
        helper.make_node("Gemm", ["z", "a", "b"], ["hidden"]),
        helper.make_node("Tanh", ["hidden"], ["bent"]),
        helper.make_node("MatMul", ["bent", "c"], ["curved"]),
        helper.make_node("MatMul", ["z", "w"], ["straight"]),
        helper.make_node("Add", ["curved", "straight"], ["score"]),
    ],
    "search-ranker",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["candidates", width])],
    [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["candidates", 1])],
    [const("mean", mean), const("spread", spread), const("a", p["a"]), const("b", p["b"]), const("c", p["c"]), const("w", p["w"][:, None])],
)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="citecode")
onnx.checker.check_model(model)
data = model.SerializeToString(deterministic=True)
open(os.path.join(HERE, "model.onnx"), "wb").write(data)
print(hashlib.sha256(data).hexdigest(), len(data), "bytes,", len(rows), "queries")

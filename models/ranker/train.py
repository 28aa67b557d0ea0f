"""Trains the ranker on the lines of dump.ts: writes model.onnx and inputs.json, and prints figures and the linear weights.

    node dist/models/ranker/dump.js /tmp/rows.ndjson && v/bin/python models/ranker/train.py /tmp/rows.ndjson

The linear scorer of rules/ranking.json, brought to scale, and boosted trees on top of it that mend where it errs, give the
probability that a coder reports a code. The trees are held to grow (or fall) with the parts that a coder would expect.
"""
import hashlib, json, os, sys
import lightgbm as lgb, matplotlib, numpy as np, onnx

matplotlib.use("svg")
import matplotlib.pyplot as plt
from onnx import TensorProto, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

HERE = os.path.dirname(os.path.abspath(__file__))
UP = {"fit", "role", "repeated", "headed", "first", "order", "reason", "treated", "named", "ahead", "in.assessment"}
DOWN = {"doubted", "runnerUp", "short"}
SEED, TREES, RATE, LEAVES, LEAST, RIDGE = 1, 100, 0.025, 6, 25, 10
ranking = json.load(open(os.path.join(HERE, "../../rules/ranking.json")))
linear_of = lambda parts: ranking["bias"] + sum(ranking["weights"].get(k, 0) * v for k, v in parts.items())
notes = [json.loads(line) for line in open(sys.argv[1])]
wanted = {n["id"]: n["wanted"] for n in notes}
rows = []
for n in notes:
    # The best mention of each code of a note, as `suggest` takes it.
    best = {}
    for r in n["rows"]:
        if r["leads"] and (r["code"] not in best or linear_of(r["parts"]) > linear_of(best[r["code"]]["parts"])):
            best[r["code"]] = r
    rows += [dict(r, note=n["id"], held=n["held"]) for r in best.values()]
names = sorted({k for r in rows for k in r["parts"]})
x = np.array([[r["parts"].get(k, 0) for k in names] for r in rows])
y = np.array([int(r["right"]) for r in rows])
held = np.array([r["held"] for r in rows])
note = np.array([r["note"] for r in rows])
linear = np.array([linear_of(r["parts"]) for r in rows])
sigmoid = lambda v: 1 / (1 + np.exp(-v))


def fit(ids):
    line = LogisticRegression(C=100).fit(linear[ids, None], y[ids])
    slope, shift = float(line.coef_[0][0]), float(line.intercept_[0])
    sign = [1 if n in UP or n.startswith("beside.") else -1 if n in DOWN else 0 for n in names]
    data = lgb.Dataset(x[ids], y[ids], init_score=slope * linear[ids] + shift)
    options = dict(objective="binary", learning_rate=RATE, num_leaves=LEAVES, min_child_samples=LEAST, reg_lambda=RIDGE, feature_fraction=0.6,
                   bagging_fraction=0.8, bagging_freq=1, monotone_constraints=sign, seed=SEED, num_threads=1, deterministic=True, verbose=-1)
    return lgb.train(options, data, TREES), slope, shift


def predict(model, slope, shift, ids):
    return sigmoid(model.predict(x[ids], raw_score=True) + slope * linear[ids] + shift)


def figures(p, which, cut):
    b = np.column_stack([p[which], y[which]])
    shown = b[:, 0] >= cut
    total = sum(wanted[n] for n in set(note[which]))
    right = b[shown, 1].sum()
    precision, recall = right / max(1, shown.sum()), right / total
    bins = np.minimum((b[:, 0] * 10).astype(int), 9)
    ece = sum(abs(b[bins == k, 0].mean() - b[bins == k, 1].mean()) * (bins == k).mean() for k in range(10) if (bins == k).any())
    return {"precision": round(float(precision), 3), "recall": round(float(recall), 3),
            "f1": round(float(2 * precision * recall / max(1e-9, precision + recall)), 3), "ece": round(float(ece), 3)}


train = np.flatnonzero(~held)
crossed = np.zeros(len(rows))
for a, b in GroupKFold(8).split(train, groups=note[train]):
    crossed[train[b]] = predict(*fit(train[a]), train[b])
model, slope, shift = fit(train)
p = predict(model, slope, shift, np.arange(len(rows)))
for cut in (0.3, 0.35, 0.4, 0.45, 0.5):
    print(cut, "folds", figures(crossed, ~held, cut), "held out", figures(p, held, cut), "linear", figures(sigmoid(linear), held, cut))
for name, part in (("folds", ~held), ("held out", held)):
    q = crossed if name == "folds" else p
    bins = np.minimum((q[part] * 10).astype(int), 9)
    print("reliability,", name, [(round(float(q[part][bins == k].mean()), 3), round(float(y[part][bins == k].mean()), 3), int((bins == k).sum())) for k in range(10) if (bins == k).any()])

plt.rcParams["svg.hashsalt"] = "ranker"
figure, axes = plt.subplots(figsize=(5, 5))
axes.plot([0, 1], [0, 1], color="#999999", linewidth=1)
for name, q, part in (("eight folds", crossed, ~held), ("held out", p, held)):
    bins = np.minimum((q[part] * 10).astype(int), 9)
    there = [k for k in range(10) if (bins == k).any()]
    axes.plot([q[part][bins == k].mean() for k in there], [y[part][bins == k].mean() for k in there], marker="o", label=name)
axes.set(xlabel="probability that the ranker gives", ylabel="share that the notes' authors report", xlim=(0, 1), ylim=(0, 1))
axes.legend()
figure.savefig(os.path.join(sys.argv[2] if len(sys.argv) > 2 else HERE, "reliability.svg"), metadata={"Date": None})

# --- ONNX ---------------------------------------------------------------------------------------------------------
parts = {k: [] for k in ("nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_values", "nodes_modes", "nodes_truenodeids",
                         "nodes_falsenodeids", "target_treeids", "target_nodeids", "target_ids", "target_weights")}


def walk(tree, node, counter):
    own = counter[0]
    counter[0] += 1
    at = len(parts["nodes_treeids"])
    parts["nodes_treeids"].append(tree)
    parts["nodes_nodeids"].append(own)
    for k in ("nodes_featureids", "nodes_truenodeids", "nodes_falsenodeids"):
        parts[k].append(0)
    parts["nodes_values"].append(0.0)
    parts["nodes_modes"].append("LEAF")
    if "leaf_value" in node and "left_child" not in node:
        parts["target_treeids"].append(tree)
        parts["target_nodeids"].append(own)
        parts["target_ids"].append(0)
        parts["target_weights"].append(float(np.float32(node["leaf_value"])))
        return own
    parts["nodes_modes"][at] = "BRANCH_LEQ"
    parts["nodes_featureids"][at] = node["split_feature"]
    parts["nodes_values"][at] = float(np.float32(node["threshold"]))
    parts["nodes_truenodeids"][at] = walk(tree, node["left_child"], counter)
    parts["nodes_falsenodeids"][at] = walk(tree, node["right_child"], counter)
    return own


for t, tree in enumerate(model.dump_model()["tree_info"]):
    walk(t, tree["tree_structure"], [0])
number = lambda name, value: numpy_helper.from_array(np.array(value, np.float32), name)
graph = helper.make_graph(
    [
        helper.make_node("TreeEnsembleRegressor", ["features"], ["mended"], domain="ai.onnx.ml", n_targets=1, post_transform="NONE", **parts),
        helper.make_node("Mul", ["linear", "slope"], ["scaled"]),
        helper.make_node("Add", ["scaled", "shift"], ["straight"]),
        helper.make_node("Add", ["straight", "mended"], ["score"]),
        helper.make_node("Sigmoid", ["score"], ["probability"]),
    ],
    "ranker",
    [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["candidates", len(names)]), helper.make_tensor_value_info("linear", TensorProto.FLOAT, ["candidates", 1])],
    [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["candidates", 1])],
    [number("slope", slope), number("shift", shift)],
)
made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 3)], ir_version=8, producer_name="citecode")
onnx.checker.check_model(made)
data = made.SerializeToString(deterministic=True)
inputs = {"parts": names, "weights": ranking["weights"], "bias": ranking["bias"]}
text = json.dumps(inputs, indent=0)
out = sys.argv[2] if len(sys.argv) > 2 else HERE
open(os.path.join(out, "model.onnx"), "wb").write(data)
open(os.path.join(out, "inputs.json"), "w").write(text + "\n")
for name in ("model.onnx", "inputs.json"):
    print(name, hashlib.sha256(open(os.path.join(out, name), "rb").read()).hexdigest())

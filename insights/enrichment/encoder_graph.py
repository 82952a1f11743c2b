"""The encoder's ONNX graph: all-MiniLM-L6-v2 rebuilt from its weights with 8-bit matrices and fused operators.

The installed file keeps 8-bit weights but computes in 32 bits, node by node. Here the same weights feed whole-number
products of texts of one length: no padding, hence no mask. What goes into a product is cut to 8 bits by ranges that
are fixed (`encoder_ranges`), never by what stands in the batch: a text's numbers do not depend on its company.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from insights.enrichment.encoder_ranges import Range

LAYERS = 6
HEADS = 12
TONE_LAYER = 3  # counted from 0
WIDTH = 384
STEPS = 255  # of an input in 8 bits
EPSILON = 1e-12  # as the model was trained with
MICROSOFT = "com.microsoft"
Floats = NDArray[np.float32]
Tensors = Mapping[str, NDArray[np.generic]]


class _Graph:
    """Collects nodes and constants under names. Without ranges all products stay in 32 bits: for measuring them."""

    def __init__(self, weights: "Weights", ranges: Mapping[str, Range] | None, largest_weight: int) -> None:
        self.weights = weights
        self.ranges = ranges
        self.largest_weight = largest_weight
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.inputs: dict[str, str] = {}  # of the products: by name of its range, what goes in

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def dense(self, source: str, where: str, layers: Mapping[str, str]) -> list[str]:
        """Send one input through dense layers: outputs by the layers' names; `where` names the input's range."""
        self.inputs[where] = source
        if self.ranges is None:
            return [self._product_of_floats(source, name, output) for name, output in layers.items()]
        found = self.ranges[where]
        shrunk = np.ones(self.weights.matrix(next(iter(layers))).shape[0], dtype=np.float32)
        shrunk[list(found.shrunk)] = list(found.shrunk.values())
        if found.shrunk:
            source = self.node("Mul", [source, self.constant(f"{where}.shrink", 1 / shrunk)], f"{where}.shrunk")
        step = np.float32((found.high - found.low) / STEPS)
        scale = [
            self.constant(f"{where}.step", np.array(step)),
            self.constant(f"{where}.zero", np.array(np.rint(-found.low / step), dtype=np.uint8)),
        ]
        integers = self.node("QuantizeLinear", [source, *scale], f"{where}.integers")
        return [self._product(integers, scale, shrunk, name, output) for name, output in layers.items()]

    def _product(self, source: str, scale: list[str], shrunk: Floats, name: str, output: str) -> str:
        """Multiply 8-bit integers: symmetric weights with one scale per column, and exact sums, whatever the batch."""
        matrix = self.weights.matrix(name) * shrunk[:, np.newaxis]
        columns = (np.abs(matrix).max(axis=0) / self.largest_weight).astype(np.float32)
        values = np.clip(np.rint(matrix / columns), -self.largest_weight, self.largest_weight).astype(np.int8)
        inputs = [
            *(source, self.constant(f"{name}.values", values)),
            *(scale[0], self.constant(f"{name}.scales", columns)),
            *(scale[1], self.constant(f"{name}.zeros", np.zeros(matrix.shape[1], dtype=np.int8))),
            self.constant(f"{name}.bias", self.weights.tensor(f"{name}.bias")),
        ]
        return self.node("MatMulIntegerToFloat", inputs, output, MICROSOFT)

    def _product_of_floats(self, source: str, name: str, output: str) -> str:
        product = self.node(
            "MatMul", [source, self.constant(f"{name}.matrix", self.weights.matrix(name))], f"{name}.product"
        )
        return self.node("Add", [product, self.constant(f"{name}.bias", self.weights.tensor(f"{name}.bias"))], output)

    def normed(self, source: str, name: str, output: str) -> str:
        scale = self.constant(f"{name}.weight", self.weights.tensor(f"{name}.weight"))
        bias = self.constant(f"{name}.bias", self.weights.tensor(f"{name}.bias"))
        return self.node("LayerNormalization", [source, scale, bias], output, axis=-1, epsilon=EPSILON)


class Weights:
    """The tensors of the installed model by their names in BERT, whatever the exporter called the matrices."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._tensors: Tensors = {item.name: numpy_helper.to_array(item) for item in model.graph.initializer}
        self._made_by = {node.output[0]: node for node in model.graph.node}
        # a matrix has no name of its own; the bias that is added to its product has
        self._products = {node.input[1]: node.input[0] for node in model.graph.node if node.op_type == "Add"}

    def tensor(self, name: str) -> Floats:
        """A vector or table stored in 32 bits."""
        return self._tensors[f"inner.{name}"].astype(np.float32)

    def integers(self, name: str) -> tuple[NDArray[np.generic], Floats]:
        """A table stored as 8-bit rows, with each row's scale."""
        return self.integers_of(f"inner.{name}")

    def matrix(self, name: str) -> Floats:
        """The matrix of a dense layer, inputs x outputs, found through the bias that follows it."""
        multiplication = self._made_by[self._products[f"inner.{name}.bias"]]
        values, scale = self.integers_of(multiplication.input[1])
        return (values.astype(np.float32) * scale).astype(np.float32)

    def integers_of(self, output: str) -> tuple[NDArray[np.generic], Floats]:
        """Values and scales behind an intermediate tensor of the exporter."""
        product = self._made_by[output]
        cast = self._made_by[product.input[0]]
        return self._tensors[cast.input[0]], self._tensors[product.input[1]].astype(np.float32)


def build_graph(source: Path, ranges: Mapping[str, Range], *, reduced_range: bool) -> onnx.ModelProto:
    """Return the fast graph: `ids` int64 (texts, tokens) → `hidden` and `pieces`, float32 (texts, tokens, 384).

    `hidden` is the last layer, `pieces` a middle one. The last layers are made to say what a text is about and forget
    how it says it; the middle ones still know. Measured with layers 3 to 6: mood is told best from the fourth.
    `reduced_range` keeps weights within 7 bits: AVX2's 8-bit multiply-add saturates above that, VNNI's does not.
    """
    graph = _Graph(Weights(onnx.load(str(source))), ranges, largest_weight=63 if reduced_range else 127)
    return _model(graph, _through_all_layers(graph))


def build_graph_to_measure(source: Path) -> tuple[onnx.ModelProto, list[str]]:
    """Return the graph in 32 bits with every product's input as an output, and the names of their ranges in order."""
    graph = _Graph(Weights(onnx.load(str(source))), None, largest_weight=127)
    hidden = _through_all_layers(graph)
    for where, given in graph.inputs.items():
        graph.node("Identity", [given], f"{where}.input")
    return _model(graph, hidden, [f"{where}.input" for where in graph.inputs]), list(graph.inputs)


def _through_all_layers(graph: _Graph) -> str:
    hidden = _embeddings(graph)
    for number in range(LAYERS):
        hidden = _layer(graph, f"encoder.layer.{number}", hidden)
    return hidden


def _model(graph: _Graph, hidden: str, further: Sequence[str] = ()) -> onnx.ModelProto:
    graph.node("Identity", [hidden], "hidden")
    graph.node("Identity", [f"encoder.layer.{TONE_LAYER}.output"], "pieces")
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["texts", "tokens"])
    shape: list[str | int | None] = ["texts", "tokens", WIDTH]
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name in ("hidden", "pieces")]
    outputs += [helper.make_tensor_value_info(name, TensorProto.FLOAT, [*shape[:2], None]) for name in further]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "sentence-encoder", [ids], outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
    )
    model.ir_version = 10
    onnx.checker.check_model(model)
    return model


def _embeddings(graph: _Graph) -> str:
    """Word rows stay 8-bit in memory and become 32-bit only where a text uses them."""
    weights = graph.weights
    values, scales = weights.integers("embeddings.word_embeddings.weight")
    graph.constant("words.values", values)
    graph.constant("words.scales", scales)
    graph.node("Gather", ["words.values", "ids"], "rows.values")
    graph.node("Cast", ["rows.values"], "rows.floats", to=TensorProto.FLOAT)
    graph.node("Gather", ["words.scales", "ids"], "rows.scales")
    graph.node("Mul", ["rows.floats", "rows.scales"], "rows")
    place_values, place_scales = weights.integers("embeddings.position_embeddings.weight")
    sentence = weights.tensor("embeddings.token_type_embeddings.weight")[0]  # one text is one sentence, type 0
    places = place_values.astype(np.float32) * place_scales + sentence
    graph.constant("places", places[np.newaxis].astype(np.float32))
    for name, number in (("zero", 0), ("one", 1), ("two", 2)):
        graph.constant(name, np.array([number], dtype=np.int64))
    graph.node("Shape", ["ids"], "shape")
    graph.node("Slice", ["shape", "one", "two"], "tokens")
    graph.node("Slice", ["places", "zero", "tokens", "one"], "places.used")
    graph.node("Add", ["rows", "places.used"], "placed")
    return graph.normed("placed", "embeddings.LayerNorm", "embedded")


def _layer(graph: _Graph, layer: str, hidden: str) -> str:
    """One transformer block: attention and two dense layers, their products in 8 bits, normalised sums in 32 bits."""
    parts = {f"{layer}.attention.self.{part}": f"{layer}.{part}" for part in ("query", "key", "value")}
    looked = graph.dense(hidden, f"{layer}.hidden", parts)
    seen = graph.node("MultiHeadAttention", looked, f"{layer}.seen", MICROSOFT, num_heads=HEADS)
    [mixed] = graph.dense(seen, f"{layer}.seen", {f"{layer}.attention.output.dense": f"{layer}.mixed"})
    graph.node("Add", [mixed, hidden], f"{layer}.attended")
    attended = graph.normed(f"{layer}.attended", f"{layer}.attention.output.LayerNorm", f"{layer}.middle")
    [wide] = graph.dense(attended, f"{layer}.middle", {f"{layer}.intermediate.dense": f"{layer}.wide"})
    active = graph.node("Gelu", [wide], f"{layer}.active", MICROSOFT)
    [narrow] = graph.dense(active, f"{layer}.active", {f"{layer}.output.dense": f"{layer}.narrow"})
    graph.node("Add", [narrow, attended], f"{layer}.sum")
    return graph.normed(f"{layer}.sum", f"{layer}.output.LayerNorm", f"{layer}.output")

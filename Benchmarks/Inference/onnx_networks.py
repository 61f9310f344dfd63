"""The same networks as ONNX graphs, made of the PyTorch modules' weights."""

import numpy
import onnxruntime
from onnx import TensorProto, helper, numpy_helper


class Graph:
    """Collects nodes and weights."""

    def __init__(self):
        self.nodes, self.weights, self.count = [], [], 0

    def constant(self, value, dtype=numpy.float32):
        self.count += 1
        name = f"w{self.count}"
        array = value.detach().numpy() if hasattr(value, "detach") else value
        self.weights.append(numpy_helper.from_array(numpy.ascontiguousarray(array, dtype), name))
        return name

    def add(self, kind, *inputs, outputs=1, **attributes):
        names = []
        for _ in range(outputs):
            self.count += 1
            names.append(f"t{self.count}")
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def call(self, name, output):
        """Gives a result its final name."""
        self.nodes.append(helper.make_node("Identity", [name], [output]))

    def model(self, inputs, outputs):
        """The graph as the bytes of a file."""

        def value(name, shape):
            return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

        graph = helper.make_graph(
            self.nodes, "network", [value(*i) for i in inputs], [value(*o) for o in outputs], self.weights
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
        return model.SerializeToString()

    def session(self, inputs, outputs):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        return onnxruntime.InferenceSession(self.model(inputs, outputs), options, ["CPUExecutionProvider"])

    def lstm(self, layer, row, hidden, cell):
        """ONNX wants the gates as input, output, forget, cell; PyTorch has input, forget, cell, output."""

        def reorder(weight):
            i, f, g, o = numpy.split(weight.detach().numpy(), 4)
            return numpy.concatenate([i, o, f, g])

        bias = numpy.concatenate([reorder(layer.bias_ih_l0), reorder(layer.bias_hh_l0)])
        _, hidden, cell = self.add(
            "LSTM",
            row,
            self.constant(reorder(layer.weight_ih_l0)[None]),
            self.constant(reorder(layer.weight_hh_l0)[None]),
            self.constant(bias[None]),
            "",
            hidden,
            cell,
            outputs=3,
            hidden_size=layer.hidden_size,
        )
        return hidden, cell


def lstm_step(module, streams):
    """Inputs row, h, c; outputs out (the new h) and c."""
    g = Graph()
    hidden, cell = g.lstm(module.lstm, "row", "h_in", "c_in")
    g.call(hidden, "h_out")
    g.call(cell, "c_out")
    state = [1, streams, module.lstm.hidden_size]
    return g.session(
        [("row", [1, streams, module.lstm.input_size]), ("h_in", state), ("c_in", state)],
        [("h_out", state), ("c_out", state)],
    )


def recurrent_step(module, make=Graph.session):
    """Inputs row and the states `…_in`; outputs probabilities and the states `…_out`. `make` is what is made of the
    graph."""
    g = Graph()
    narrow, wide = module.first.hidden_size, module.second.hidden_size
    change, c1 = g.lstm(module.first, "row", "h1_in", "c1_in")
    summed = g.add("Add", "row", change)
    normal = g.add("Add", g.add("Mul", summed, g.constant(module.scale)), g.constant(module.shift))
    h2, c2 = g.lstm(module.second, normal, "h2_in", "c2_in")
    hidden = g.add("Reshape", h2, g.constant(numpy.array([1, wide]), numpy.int64))
    score = g.add("MatMul", hidden, g.constant(module.attention[:, None]))
    top = g.add("Max", "highest_in", score)
    fade = g.add("Exp", g.add("Sub", "highest_in", top))
    weight = g.add("Exp", g.add("Sub", score, top))
    before = g.add("Mul", "total_in", fade)
    total = g.add("Add", before, weight)
    share = g.add("Div", weight, total)
    distance = g.add("Sub", hidden, "mean_in")
    spread = g.add("Mul", g.add("Mul", before, share), g.add("Mul", distance, distance))
    square = g.add("Add", g.add("Mul", "square_in", fade), spread)
    mean = g.add("Add", "mean_in", g.add("Mul", share, distance))
    variance = g.add("Add", g.add("Div", square, total), g.constant(numpy.array(1e-5)))
    pooled = g.add("Concat", mean, g.add("Sqrt", variance), axis=1)
    # The batch norm behind the pooling goes into the dense layer, the temperature too.
    matrix = module.weight * module.pooled_scale / module.temperature
    bias = (module.bias + module.weight @ module.pooled_shift) / module.temperature
    scores = g.add("Gemm", pooled, g.constant(matrix), g.constant(bias), transB=1)
    g.call(g.add("Softmax", scores, axis=1), "out")
    states = {"h1": (change, narrow), "c1": (c1, narrow), "h2": (h2, wide), "c2": (c2, wide)}
    shapes = {name: [1, 1, width] for name, (_, width) in states.items()}
    results = {name: result for name, (result, _) in states.items()}
    results |= {"highest": top, "total": total, "mean": mean, "square": square}
    shapes |= {"highest": [1, 1], "total": [1, 1], "mean": [1, wide], "square": [1, wide]}
    for name, result in results.items():
        g.call(result, f"{name}_out")
    return make(
        g,
        [("row", [1, 1, module.first.input_size])] + [(f"{n}_in", s) for n, s in shapes.items()],
        [("out", [1, len(module.bias)])] + [(f"{n}_out", s) for n, s in shapes.items()],
    )


def convolutional_window(module, make=Graph.session):
    """Input rows [window, columns]; output probabilities."""
    g = Graph()
    x = g.add("Gemm", "rows", g.constant(module.weight), g.constant(module.bias), transB=1)
    x = g.add("Unsqueeze", g.add("Transpose", x, perm=[1, 0]), g.constant(numpy.array([0]), numpy.int64))
    for block in module.blocks:
        y, lost = x, 0
        for weight, bias, dilation in block:
            y = g.add("Conv", y, g.constant(weight), g.constant(bias), dilations=[dilation])
            y = g.add("Relu", y)
            lost += (weight.shape[2] - 1) * dilation
        start, end, axis = (g.constant(numpy.array([v]), numpy.int64) for v in (lost, 1 << 30, 2))
        x = g.add("Add", g.add("Slice", x, start, end, axis), y)
    share = g.add("Softmax", g.add("MatMul", g.constant(module.attention[None, None]), x), axis=2)
    column = g.add("Transpose", share, perm=[0, 2, 1])
    mean = g.add("MatMul", x, column)
    distance = g.add("Sub", x, mean)
    square = g.add("MatMul", g.add("Mul", distance, distance), column)
    deviation = g.add("Sqrt", g.add("Add", square, g.constant(numpy.array(1e-5))))
    flat = g.constant(numpy.array([1, -1]), numpy.int64)
    pooled = g.add("Reshape", g.add("Concat", mean, deviation, axis=1), flat)
    matrix = module.last_weight * module.pooled_scale / module.temperature
    bias = (module.last_bias + module.last_weight @ module.pooled_shift) / module.temperature
    scores = g.add("Gemm", pooled, g.constant(matrix), g.constant(bias), transB=1)
    g.call(g.add("Softmax", scores, axis=1), "out")
    return make(
        g,
        [("rows", [module.window, module.weight.shape[1]])], [("out", [1, len(module.last_bias)])],
    )


def perceptron(module, last):
    """Input in [1, width]; output out, after the activation `last`. As a file."""
    g = Graph()
    x = "in"
    for index, (weight, bias) in enumerate(module.layers):
        x = g.add("Gemm", x if index == 0 else g.add("Relu", x), g.constant(weight), g.constant(bias), transB=1)
    g.call(g.add(last, x, **({"axis": 1} if last == "Softmax" else {})), "out")
    return g.model([("in", [1, module.layers[0][0].shape[1]])], [("out", [1, len(module.layers[-1][1])])])

"""Writes the networks of a model of this program as ONNX files, with everything else that a pipeline in Python needs.

usage: export.py CHECKPOINT FOLDER
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Inference"))
import onnx_networks
import safetensors
import torch_networks


def main():
    checkpoint, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    arrays, metadata = safetensors.read(checkpoint)
    configuration = json.loads(metadata["configuration"])
    description = json.loads(metadata["description"])
    facts = {
        "frontEnd": configuration["frontEnd"], "features": configuration["frontEnd"]["features"],
        "emotions": description["labels"]["emotions"], "mean": arrays["normalizer.mean"].tolist(),
        "variance": arrays["normalizer.variance"].tolist(), "recurrent": [], "windowed": [], "statistical": [],
    }
    for network, temperature in zip(configuration["networks"], description["temperatures"]):
        if network["target"] != "emotion":
            continue
        name, layers = network["name"], network["layers"]
        kinds = [layer["layer"] for layer in layers]
        if any("lstm" in json.dumps(layer) for layer in layers):
            kind = "recurrent"
        else:
            kind = "windowed" if "residual" in kinds else "statistical"
        facts[kind].append({"file": f"{name}.onnx"})
        try:
            if kind == "statistical":
                # What is done to each row, if anything; the statistics; what is done to them.
                pooling = kinds.index("functionals")
                facts[kind][-1]["pooling"] = layers[pooling]
                if pooling > 0:
                    facts[kind][-1]["rows"] = f"{name}-rows.onnx"
                    rows = torch_networks.Perceptron(arrays, name, layers, range(pooling))
                    (folder / f"{name}-rows.onnx").write_bytes(onnx_networks.perceptron(rows, "Relu"))
                decision = torch_networks.Perceptron(arrays, name, layers, range(pooling + 1, len(layers)), temperature)
                model = onnx_networks.perceptron(decision, "Softmax")
            elif kind == "recurrent":
                module = torch_networks.RecurrentStep(arrays, name, temperature)
                model = onnx_networks.recurrent_step(module, make=onnx_networks.Graph.model)
            else:
                module = torch_networks.ConvolutionalWindow(arrays, name, layers, temperature)
                model = onnx_networks.convolutional_window(module, make=onnx_networks.Graph.model)
        except (KeyError, IndexError, AttributeError) as error:
            sys.exit(f"export.py: network '{name}' has layers without an ONNX version: {error!r}")
        (folder / f"{name}.onnx").write_bytes(model)
    (folder / "facts.json").write_text(json.dumps(facts))


main()

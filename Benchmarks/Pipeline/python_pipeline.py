"""An ordinary pipeline in Python: chunks of 40 ms as sounddevice delivers them, features of the
newest window by librosa, networks in ONNX Runtime, probabilities smoothed over time.

usage: python_pipeline.py FOLDER <SOUND     raw 16-bit samples; FOLDER: the output of export.py

Its spectrum is computed once and shared by all features, and its networks run only where the sound is loud enough, so
that it does no unnecessary work. Pitch is librosa's YIN; there is no head for gender.
"""

import json
import pathlib
import sys

import librosa
import numpy
import onnxruntime


class Pipeline:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.facts = json.loads((folder / "facts.json").read_text())
        front = self.facts["frontEnd"]
        self.rate = front["sampleRate"]
        self.window = round(front["windowMilliseconds"] * self.rate / 1000)
        self.hop = round(front["hopMilliseconds"] * self.rate / 1000)
        self.mean = numpy.array(self.facts["mean"], numpy.float32)
        self.scale = 1 / numpy.sqrt(numpy.array(self.facts["variance"], numpy.float32) + 1e-6)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        load = lambda network, part="file": onnxruntime.InferenceSession(
            str(folder / network[part]), options, ["CPUExecutionProvider"])
        self.recurrent = [load(network) for network in self.facts["recurrent"]]
        self.windowed = [load(network) for network in self.facts["windowed"]]
        self.statistical = [
            (load(network, "rows") if "rows" in network else None, network["pooling"], load(network))
            for network in self.facts["statistical"]]
        self.samples = numpy.zeros(self.window, numpy.float32)
        self.mel = librosa.filters.mel(sr=self.rate, n_fft=front["fftSize"], n_mels=front["melBands"])
        self.smooth = numpy.zeros(len(self.facts["emotions"]), numpy.float32)
        self.hops = self.spoken = 0
        self.start_utterance()

    def start_utterance(self):
        self.states = []
        for session in self.recurrent:
            feeds = {i.name: numpy.zeros(i.shape, numpy.float32) for i in session.get_inputs() if i.name != "row"}
            if "highest_in" in feeds:
                feeds["highest_in"].fill(-1e30)
            self.states.append(feeds)
        self.rows = [numpy.zeros(s.get_inputs()[0].shape, numpy.float32) for s in self.windowed]
        self.utterances = [[] for _ in self.statistical]

    def features(self):
        front, rate = self.facts["frontEnd"], self.rate
        size = front["fftSize"]
        spectrum = numpy.abs(numpy.fft.rfft(self.samples * numpy.hanning(self.window), size)).astype(numpy.float32)[:, None]
        power = spectrum**2
        level = 20 * numpy.log10(max(1e-6, float(numpy.sqrt(numpy.mean(self.samples**2)))))
        pitch = voicing = None
        row = []
        for name in self.facts["features"]:
            if name == "mfcc":
                bands = librosa.power_to_db(self.mel @ power, top_db=None)
                row.extend(librosa.feature.mfcc(S=bands, n_mfcc=front["cepstralCoefficients"])[:, 0])
            elif name == "chroma":
                row.extend(librosa.feature.chroma_stft(S=power, sr=rate, n_fft=size, tuning=0)[:, 0])
            elif name == "centroid":
                row.append(librosa.feature.spectral_centroid(S=spectrum, sr=rate, n_fft=size)[0, 0])
            elif name == "bandwidth":
                row.append(librosa.feature.spectral_bandwidth(S=spectrum, sr=rate, n_fft=size)[0, 0])
            elif name == "contrast":
                row.extend(librosa.feature.spectral_contrast(S=spectrum, sr=rate, n_fft=size)[:, 0])
            elif name in ("flatness", "log_flatness"):
                flatness = librosa.feature.spectral_flatness(S=spectrum)[0, 0]
                row.append(flatness if name == "flatness" else 10 * numpy.log10(flatness))
            elif name == "rolloff":
                row.append(librosa.feature.spectral_rolloff(S=spectrum, sr=rate, n_fft=size)[0, 0])
            elif name == "zero_crossing_rate":
                row.append(numpy.mean(numpy.diff(numpy.signbit(self.samples))))
            elif name == "rms":
                row.append(10 ** (level / 20))
            elif name == "level":
                row.append(level)
            elif name in ("pitch", "log_pitch", "voicing"):
                if pitch is None:
                    pitch = float(librosa.yin(
                        self.samples, fmin=60, fmax=600, sr=rate, frame_length=self.window, center=False)[0])
                    lag = int(rate / pitch)
                    voicing = float(self.samples[lag:] @ self.samples[:-lag] / (self.samples @ self.samples + 1e-9))
                row.append({"pitch": pitch, "voicing": voicing}.get(name, numpy.log2(pitch / 100) * voicing))
            else:
                sys.exit(f"python_pipeline.py: the feature {name} is not implemented")
        return numpy.array(row, numpy.float32), level

    def push(self, chunk):
        """Takes a hop of samples; the label after it."""
        self.hops += 1
        self.samples = numpy.concatenate([self.samples[len(chunk):], chunk])
        row, level = self.features()
        if level < -45:
            if self.smooth.any():
                self.start_utterance()
            self.smooth.fill(0)
            return "silence"
        self.spoken += 1
        row = numpy.clip((row - self.mean) * self.scale, -8, 8)
        scores = 0
        for session, feeds in zip(self.recurrent, self.states):
            results = session.run(None, {"row": row[None, None], **feeds})
            for output, result in zip(session.get_outputs(), results):
                if output.name.endswith("_out"):
                    feeds[output.name[:-3] + "in"] = result
                else:
                    scores = scores + numpy.log(result[0] + 1e-6)
        for index, session in enumerate(self.windowed):
            self.rows[index] = numpy.concatenate([self.rows[index][1:], row[None]])
            scores = scores + numpy.log(session.run(["out"], {"rows": self.rows[index]})[0][0] + 1e-6)
        for (rows, pooling, decision), utterance in zip(self.statistical, self.utterances):
            utterance.append(rows.run(["out"], {"in": row[None]})[0][0] if rows else row)
            statistics = functionals(numpy.array(utterance[-pooling["window"]:]), pooling["statistics"])
            scores = scores + numpy.log(decision.run(["out"], {"in": statistics[None]})[0][0] + 1e-6)
        vote = numpy.exp(scores - scores.max())
        self.smooth += 0.1 * (vote / vote.sum() - self.smooth)
        return self.facts["emotions"][int(self.smooth.argmax())]


def functionals(rows, names):
    """Statistics of each column of [rows, columns], all columns of the first one first."""
    time = numpy.linspace(-1, 1, len(rows)) if len(rows) > 1 else numpy.zeros(1)
    mean, deviation = rows.mean(0), rows.std(0)
    percents = [float(name[1:]) for name in names if name[0] == "p"]
    percentiles = dict(zip(percents, numpy.percentile(rows, percents, axis=0))) if percents else {}
    square = time**2 - (time**2).mean()
    found = []
    for name in names:
        if name == "mean":
            found.append(mean)
        elif name == "deviation":
            found.append(deviation)
        elif name == "slope":
            found.append(time @ rows / max(time @ time, 1e-9) * 2 / max(len(rows) - 1, 1))
        elif name == "curvature":
            found.append(square @ rows / (square @ square) if len(rows) > 2 else 0 * mean)
        elif name == "change":
            found.append(numpy.abs(numpy.diff(rows, axis=0)).mean(0) if len(rows) > 1 else 0 * mean)
        elif name == "skewness":
            found.append(((rows - mean) ** 3).mean(0) / numpy.maximum(deviation**3, 1e-12))
        else:
            found.append(percentiles[float(name[1:])])
    return numpy.concatenate(found).astype(numpy.float32)


def main():
    pipeline = Pipeline(sys.argv[1])
    while chunk := sys.stdin.buffer.read(2 * pipeline.hop):
        samples = numpy.frombuffer(chunk, "<i2").astype(numpy.float32) / 32768
        print(pipeline.push(samples), flush=True)


if __name__ == "__main__":
    main()

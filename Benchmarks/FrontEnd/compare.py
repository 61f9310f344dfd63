"""Times feature extraction in other programs and in ser-live; called by Benchmarks/front-end.

All programs get the same audio (the recordings of the project, resampled to 16 kHz) and compute one row for each 10 ms from a
window of 25 ms: 13 MFCC from 40 mel bands of a 512-point spectrum, or all of their features. Processor time of one thread,
median of the rounds, without loading and conversion of audio.
"""

import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

import kaldi_native_fbank
import librosa
import numpy as np
import opensmile
import scipy.signal
import soundfile

RATE = 16000
ROUNDS = 9
HERE = pathlib.Path(__file__).resolve().parent


def speech():
    pieces = []
    for name in ("angry", "sad"):
        samples, rate = soundfile.read(HERE.parent.parent / "Recordings" / f"{name}.flac", dtype="float32")
        pieces.append(scipy.signal.resample_poly(samples, RATE, rate).astype(np.float32))
    return np.concatenate(pieces * 2)


def microseconds_per_row(work):
    """`work` returns the number of rows that it computed. The first round is a warm-up."""
    rows, figures = work(), []
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        figures.append((time.process_time() - start) / rows * 1e6)
    return figures


def librosa_mfcc(samples):
    mfcc = librosa.feature.mfcc(
        y=samples, sr=RATE, n_mfcc=13, n_mels=40, n_fft=512, win_length=400, hop_length=160, center=False
    )
    return mfcc.shape[1]


def librosa_one_by_one(samples, rows=100):
    for row in range(rows):
        librosa.feature.mfcc(
            y=samples[row * 160 : row * 160 + 512], sr=RATE, n_mfcc=13, n_mels=40, n_fft=512, win_length=400,
            hop_length=160, center=False,
        )
    return rows


def kaldi_mfcc(samples):
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.dither = 0
    options.frame_opts.preemph_coeff = 0
    options.frame_opts.window_type = "hanning"
    options.mel_opts.num_bins = 40
    options.num_ceps = 13
    options.use_energy = False
    options.cepstral_lifter = 0
    front_end = kaldi_native_fbank.OnlineMfcc(options)
    front_end.accept_waveform(RATE, samples)
    front_end.input_finished()
    return front_end.num_frames_ready


def smile(feature_set, samples):
    extractor = opensmile.Smile(feature_set=feature_set, feature_level="lld")
    return lambda: len(extractor.process_signal(samples, RATE))


def peers():
    samples = speech()
    # kaldi-native-fbank is fastest with a sequence of Python numbers.
    numbers = samples.tolist()
    low_level = opensmile.FeatureSet.eGeMAPSv02
    return {
        "librosa, MFCC in one batch": lambda: librosa_mfcc(samples),
        "librosa, MFCC frame by frame": lambda: librosa_one_by_one(samples),
        "kaldi-native-fbank, MFCC": lambda: kaldi_mfcc(numbers),
        "openSMILE, MFCC": smile(str(HERE / "mfcc.conf"), samples),
        "openSMILE, eGeMAPSv02 low-level set (25)": smile(low_level, samples),
    }


def ours(program):
    output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return {name: float(median) for name, median, *_ in (line.split("\t") for line in output.splitlines())}


def instructions_per_row(program, case):
    """From two runs that differ only in the number of passes; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    counts = []
    for passes in (2, 6):
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, case, str(passes)],
            check=True, capture_output=True, text=True,
        )
        counts.append((int(re.search(r"Collected : (\d+)", run.stderr).group(1)), int(run.stdout)))
    (few, few_rows), (many, many_rows) = counts
    return (many - few) / (many_rows - few_rows)


# Our case with the same work, or more, and the goal for the speed-up.
OPPONENTS = {
    "librosa, MFCC in one batch": ("mfcc", 8),
    "librosa, MFCC frame by frame": ("mfcc", 500),
    "kaldi-native-fbank, MFCC": ("mfcc", 3),
    "openSMILE, MFCC": ("mfcc", None),
    "openSMILE, eGeMAPSv02 low-level set (25)": ("full 25/10", 20),
}
OURS = {
    "mfcc": ("13 MFCC, 25/10 ms", "fft 512"),
    "full 25/10": ("everything with derivatives, 25/10 ms", "fft 512"),
    "full 80/40": ("everything with derivatives, 80/40 ms", "fft 2048"),
    "model": ("default rows of 60 columns, with voice-activity features, 80/40 ms", "fft 2048"),
}


def main():
    program = sys.argv[1]
    # Before and after the others, to detect a machine that slows down.
    before = ours(program)
    figures = {name: microseconds_per_row(work) for name, work in peers().items()}
    after = ours(program)
    own = {name: statistics.mean((before[name], after[name])) for name in before}

    print("| here | µs a row (before, after) | FFT alone | the rest / FFT | instructions a row |")
    print("|---|---|---|---|---|")
    for case, (name, fft) in OURS.items():
        count = instructions_per_row(program, case)
        fft_count = instructions_per_row(program, fft)
        text = "no valgrind" if count is None else f"{count:.0f}, FFT {fft_count:.0f}"
        print(
            f"| {name} | {before[case]:.2f}, {after[case]:.2f} | {own[fft]:.2f} "
            f"| {own[case] / own[fft] - 1:.1f} | {text} |"
        )
    print()
    print("| there | µs a row: median (minimum to maximum) | here | times faster | goal |")
    print("|---|---|---|---|---|")
    for name, (case, goal) in OPPONENTS.items():
        median = statistics.median(figures[name])
        print(
            f"| {name} | {median:.1f} ({min(figures[name]):.1f} to {max(figures[name]):.1f}) "
            f"| {OURS[case][0]} | {median / own[case]:.0f} | {goal or ''} |"
        )


if __name__ == "__main__":
    main()

"""UAR of openSMILE's functionals with logistic regression on RAVDESS's speech, speakers left out.

usage: functionals.py RAVDESS

Clips become mono at 16 kHz. Functionals are standardised by the training speakers ("cold"), or each speaker's by the speaker's
own clips ("session": all of them, before any is classified, which is more than a live session has). The regularisation of each
fold is the best one on its validation speakers, who have no other role.
"""

import pathlib
import sys

import numpy
import opensmile
import scipy.signal
import sklearn.linear_model
import sklearn.metrics
import soundfile

RATE = 16000
SETS = {"eGeMAPSv02": opensmile.FeatureSet.eGeMAPSv02, "ComParE_2016": opensmile.FeatureSet.ComParE_2016}
# As `ser-live crossval` has them: who is tested, who validates.
SUBJECT5 = [
    ([2, 5, 14, 15, 16], [3, 6]), ([3, 6, 7, 13, 18], [10, 11]), ([10, 11, 12, 19, 20], [8, 17]),
    ([8, 17, 21, 23, 24], [1, 14]), ([1, 4, 9, 22], [2, 5]),
]
LOSO = [([actor], [actor % 24 + 1, (actor + 1) % 24 + 1]) for actor in range(1, 25)]
REGULARISATIONS = [1e-5, 1e-4, 1e-3, 1e-2]


def sound(path):
    samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
    divisor = numpy.gcd(rate, RATE)
    return scipy.signal.resample_poly(samples.mean(axis=1), RATE // divisor, rate // divisor)


def standardised(features, by):
    deviation = features[by].std(axis=0)
    return (features - features[by].mean(axis=0)) / numpy.where(deviation > 0, deviation, 1)


def verdicts(features, emotions, training, validation, test):
    """Of the test clips, by the regularisation that suits the validation clips."""
    # A rotation onto the span of the training clips: the same solution, with fewer columns.
    _, _, axes = numpy.linalg.svd(features[training], full_matrices=False)
    rotated = features @ axes.T
    best = None
    for strength in REGULARISATIONS:
        model = sklearn.linear_model.LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
        model.fit(rotated[training], emotions[training])
        recall = sklearn.metrics.balanced_accuracy_score(emotions[validation], model.predict(rotated[validation]))
        if best is None or recall > best[0]:
            best = recall, model
    return best[1].predict(rotated[test])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    paths = sorted(path for path in pathlib.Path(sys.argv[1]).rglob("03-01-*") if path.suffix in (".wav", ".flac"))
    if len(paths) != 1440:
        sys.exit(f"functionals: there are {len(paths)} clips of speech in {sys.argv[1]}, but RAVDESS has 1440")
    parts = [[int(part) for part in path.stem.split("-")] for path in paths]
    emotions = numpy.array([part[2] - 1 for part in parts])
    actors = numpy.array([part[6] for part in parts])
    sounds = [sound(path) for path in paths]
    print("| functionals | columns | protocol | cold | session |\n|---|---|---|---|---|")
    for name, features in SETS.items():
        extractor = opensmile.Smile(feature_set=features, feature_level=opensmile.FeatureLevel.Functionals)
        rows = numpy.concatenate([extractor.process_signal(samples, RATE).to_numpy() for samples in sounds])
        rows = rows.astype(numpy.float64)
        session = numpy.empty_like(rows)
        for actor in range(1, 25):
            session[actors == actor] = standardised(rows[actors == actor], slice(None))
        for protocol, folds in (("subject5", SUBJECT5), ("loso", LOSO)):
            recalls = {"cold": [], "session": []}
            for tested, validating in folds:
                test, validation = numpy.isin(actors, tested), numpy.isin(actors, validating)
                training = ~(test | validation)
                for kind, columns in (("cold", standardised(rows, training)), ("session", session)):
                    found = verdicts(columns, emotions, training, validation, test)
                    recalls[kind].append(sklearn.metrics.balanced_accuracy_score(emotions[test], found))
            cold, known = (100 * numpy.mean(recalls[kind]) for kind in ("cold", "session"))
            print(f"| {name} | {rows.shape[1]} | `{protocol}` | {cold:.1f} | {known:.1f} |", flush=True)


if __name__ == "__main__":
    main()

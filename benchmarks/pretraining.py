"""What pre-training buys: accuracy against the number of labelled patches.

    python benchmarks/pretraining.py --train FOLDER --test FOLDER
    python benchmarks/pretraining.py --quick

The RBMs of 1024-500-30-10-3 see all training patches, none of their labels; then the
network is fine-tuned on the first 300 to all of them. Beside it the same network from
random weights, fine-tuned on the same rows in the same number of steps. Written: the
table, a figure of it, and a figure of the reconstruction errors of the RBMs and the loss
of fine-tuning.

``--quick`` takes few patches of the photographs that scikit-image and scikit-learn carry.
"""

import argparse
from itertools import pairwise
from math import ceil
from pathlib import Path

import numpy as np
from baselines.classifiers import paper_network
from reporting import Table, new_figure, progress
from sets import draw_patches, read_photographs, shipped_photographs
from sklearn.metrics import accuracy_score

from skblur.rbm.finetuning import assemble_mlp, finetune, initial_weights, learning_rates

LABELLED = (300, 1000, 3000, 10000, 36000)
QUICK_LABELLED = (300, 900, 1800)
BATCH_SIZE = 100
# Steps of fine-tuning, the same for every number of labels.
STEPS, QUICK_STEPS = 4000, 1000
STARTS = ("pre-trained", "random weights")


def main():
    args = parse_arguments()
    photos = load_photographs(args)
    train = draw_patches(photos[0], args.labelled[-1], args.seed)
    test = draw_patches(photos[1], args.n_test, args.seed + 1)
    print(f"Pre-training on {len(train.y)} patches without labels", flush=True)
    pretrained = pretrain(train.spectra, args)
    losses = accuracy_table(pretrained, train, test, args)
    draw_curves(pretrained, losses, args.output / "pretraining_curves.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--train", type=Path, help="folder of photographs to learn from")
    parser.add_argument("--test", type=Path, help="folder of photographs to test on")
    parser.add_argument("--quick", action="store_true", help="a trial run")
    parser.add_argument("--n-train", type=int, help="patches that the RBMs see (36000)")
    parser.add_argument("--n-test", type=int, help="patches to test on (6000)")
    parser.add_argument("--repeats", type=int, help="draws of labelled rows (3)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--output", type=Path, default=Path("results"))
    args = parser.parse_args()
    if (args.train is None) != (args.test is None) or not (args.quick or args.train):
        parser.error("--train and --test are both needed, or --quick alone")
    counts = QUICK_LABELLED if args.quick else LABELLED
    n_train = args.n_train or counts[-1]
    args.labelled = [*(count for count in counts if count < n_train), n_train]
    args.n_test = args.n_test or (900 if args.quick else 6000)
    args.repeats = args.repeats or (2 if args.quick else 3)
    args.steps = QUICK_STEPS if args.quick else STEPS
    return args


def load_photographs(args):
    """Training and test photographs."""
    if args.train is None:
        train, *tests = shipped_photographs()
        return train, [photo for photos in tests for photo in photos]
    return read_photographs(args.train), read_photographs(args.test)


def pretrain(spectra, args):
    """The network with its RBMs trained and no fine-tuning at all.

    The labels that `fit` asks for are put to no use: there is no epoch of fine-tuning.
    """
    epochs = 20 if args.quick else 5
    network = paper_network(args.seed, rbm_n_iter=epochs, max_iter=0)
    return network.fit(spectra, np.arange(len(spectra)) % 3)


def accuracy_table(pretrained, train, test, args):
    """Accuracies as a table and a figure; loss curves with all labels, by start."""
    title = f"Accuracy on {len(test.y)} patches, mean and deviation of {args.repeats} draws"
    columns = {"labelled patches": "d"}
    for start in STARTS:
        columns |= {start: ".4f", f"+- {start}": ".4f"}
    table = Table(args.output / "pretraining.txt", title, columns)
    losses = {}
    for n_labelled in progress(args.labelled, "{} labels".format):
        cells = []
        for start in STARTS:
            given = pretrained if start == STARTS[0] else None
            runs = [
                run(given, train, test, n_labelled, args, repeat)
                for repeat in range(args.repeats)
            ]
            accuracies = [accuracy for accuracy, _ in runs]
            cells += [float(np.mean(accuracies)), float(np.std(accuracies))]
            losses[start] = runs[0][1]
        table.add(n_labelled, *cells)
    draw_accuracies(table, args.output / "pretraining.png")
    return losses


def run(pretrained, train, test, n_labelled, args, repeat):
    """Accuracy and loss curve of one network, fine-tuned on some rows.

    The rows of a repeat are the same for both starts, and hold those of fewer labels.
    """
    rng = np.random.RandomState(args.seed + repeat)
    rows = balanced_order(train.types, rng)[:n_labelled]
    sizes = train.spectra.shape[1], *paper_network(0).hidden_layer_sizes
    coefs, intercepts = first_weights(pretrained, sizes, rng)
    top = initial_weights(sizes[-1], 3, "logistic", np.float32, rng)
    batch_size = min(BATCH_SIZE, n_labelled)
    network = assemble_mlp(
        [*coefs, top[0]],
        [*intercepts, top[1]],
        np.unique(train.types),
        activation="logistic",
        alpha=paper_network(0).alpha,
        batch_size=batch_size,
        random_state=rng,
    )
    n_epochs = ceil(args.steps * batch_size / n_labelled)
    rates = learning_rates("cosine", paper_network(0).learning_rate_init, n_epochs)
    finetune(network, train.spectra[rows], train.types[rows], None, rates)
    found = network.predict(test.spectra)
    return accuracy_score(test.types, found), network.loss_curve_


def balanced_order(types, rng):
    """All rows in a random order that takes the types in turn."""
    by_type = [rng.permutation(np.flatnonzero(types == code)) for code in np.unique(types)]
    n_rows = min(len(rows) for rows in by_type)
    return np.column_stack([rows[:n_rows] for rows in by_type]).ravel()


def first_weights(pretrained, sizes, rng):
    """Weights and biases of the hidden layers, of the RBMs or random."""
    if pretrained is not None:
        rbms = pretrained.rbms_
        coefs = [np.array(rbm.components_.T, order="C") for rbm in rbms]
        return coefs, [rbm.intercept_hidden_.copy() for rbm in rbms]
    pairs = [
        initial_weights(*fans, "logistic", np.float32, rng) for fans in pairwise(sizes)
    ]
    return [weights for weights, _ in pairs], [biases for _, biases in pairs]


def draw_accuracies(table, path):
    """Accuracy against labelled patches, with and without pre-training."""
    figure, axes = new_figure(1, 1, (6, 4))
    axis = axes[0, 0]
    for start in STARTS:
        axis.errorbar(
            table.values("labelled patches"),
            table.values(start),
            table.values(f"+- {start}"),
            marker="o",
            capsize=3,
            label=start,
        )
    axis.set(xscale="log", xlabel="labelled patches", ylabel="accuracy")
    axis.grid(alpha=0.3)
    axis.legend()
    figure.savefig(path, dpi=120)


def draw_curves(pretrained, losses, path):
    """Reconstruction errors of the RBMs, and the loss of fine-tuning with all labels."""
    figure, axes = new_figure(1, 2, (11, 4))
    left, right = axes[0]
    for index, errors in enumerate(pretrained.reconstruction_errors_, 1):
        left.plot(np.arange(1, len(errors) + 1), errors, marker=".", label=f"RBM {index}")
    left.set(xlabel="epoch", ylabel="mean squared reconstruction error", yscale="log")
    for start, curve in losses.items():
        right.plot(np.arange(1, len(curve) + 1), curve, label=start)
    right.set(xlabel="epoch of fine-tuning, all labels", ylabel="cross-entropy")
    for axis in (left, right):
        axis.grid(alpha=0.3)
        axis.legend()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
